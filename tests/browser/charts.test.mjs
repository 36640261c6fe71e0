// Charts by the figures in their tables, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";

const CHARTS = "../../functions/pages/console/charts/";
const { bars } = await import(`${CHARTS}bars.js`);
const { funnel, steps } = await import(`${CHARTS}funnel.js`);
const { inHundredths, stack } = await import(`${CHARTS}stack.js`);
const { number, percent, quarters, waiting } = await import("../../functions/pages/console/parts/words.js");

const ABOUT = { title: "T", description: "D", unit: "N", columns: ["Step", "N", "Share"] };

/** All elements of a kind in a chart. */
function all(node, kind, found = []) {
  if (Array.isArray(node)) node.forEach((each) => all(each, kind, found));
  else if (node?.props) {
    if (node.type === kind) found.push(node.props);
    all(node.props.children, kind, found);
  }
  return found;
}
const shapes = [[0, 0, 0], [1, 0, 0], [1, 1, 1], [14, 10, 10], [94, 41, 21], [1, 999, 1_000_000], [1e12, 3, 5]];

test("the shares of a stack add up to a hundred, each within one of the exact share", () => {
  for (const values of shapes) {
    const hundredths = inHundredths(values);
    const total = values.reduce((sum, value) => sum + value, 0);
    assert.equal(hundredths.reduce((sum, value) => sum + value, 0), total ? 100 : 0);
    hundredths.forEach((value, n) => assert.ok(!total || Math.abs(value - (100 * values[n]) / total) < 1));
  }
  assert.deepEqual(inHundredths([94, 41, 21]), [60, 26, 14], "as the API rounds them");
});

test("the parts of a stack are as wide as their values, and fill it", () => {
  for (const values of shapes.slice(1)) {
    const total = values.reduce((sum, value) => sum + value, 0);
    const data = values.map((value, n) => ({ name: ["strong_fit", "maybe", "misfit"][n], label: `L${n}`, value }));
    const chart = stack(data, ABOUT);
    const parts = all(chart, "rect");
    parts.forEach((part, n) => assert.ok(Math.abs(part.x - (360 * values.slice(0, n).reduce((a, b) => a + b, 0)) / total) < 1e-6));
    const last = parts.at(-1);
    assert.ok(Math.abs(last.x + Math.max(last.width, (360 * values.at(-1)) / total) - 360) < 1e-6);
    assert.deepEqual(chart.props.rows.map(([, value]) => value), values.map(number));
  }
});

test("a stack of nothing says so and draws nothing", () => {
  const chart = stack([{ name: "maybe", label: "Maybe", value: 0 }], ABOUT);
  assert.deepEqual(chart.props.rows, [["Maybe", "0", "–"]]);
  assert.equal(all(chart, "rect")[0].width, 0);
});

test("bars begin at zero and are as high as their values; what was not measured has none", () => {
  const chart = bars([{ label: "a", value: 0 }, { label: "b", value: 25 }, { label: "c", value: 100 }, { label: "d", value: null }], ABOUT);
  const heights = all(chart, "rect").map(({ height }) => height);
  assert.equal(heights[0], 0);
  assert.ok(Math.abs(heights[1] * 4 - heights[2]) < 1e-9);
  assert.equal(heights[3], 0);
  assert.deepEqual(chart.props.rows, [["a", "0"], ["b", "25"], ["c", "100"], ["d", "–"]]);
});

test("a single bar is drawn, and so are huge numbers and names of any script", () => {
  assert.equal(all(bars([{ label: "株式会社", value: 1 }], ABOUT), "rect").length, 1);
  assert.deepEqual(bars([{ label: "שלום", value: 1e12 }], ABOUT).props.rows, [["שלום", "1,000,000,000,000"]]);
});

test("the verified part of a step is a strip as long as its share of the first step, and none is drawn for nothing", () => {
  const chart = funnel([{ label: "Tracked", share: 1, text: "8", note: "2 verified", verified: 0.25 }, { label: "Offer", share: 0, text: "0 %", note: "", verified: 0 }], ABOUT);
  const rects = all(chart, "rect");
  assert.deepEqual(rects.map(({ width }) => width), [360, 90, 0]);
  assert.ok(rects[1].height < rects[0].height);
});

test("a funnel's bars are shares of its first step, its notes shares of the step before", () => {
  const counts = [["Tracked", 48], ["Screening", 21], ["Interview", 15], ["Offer", 0], ["Accepted", 0]];
  const chart = funnel(steps(counts.map(([label, value]) => ({ label, value })), { number, percent }), ABOUT);
  const widths = all(chart, "rect").map(({ width }) => width);
  widths.forEach((width, n) => assert.ok(Math.abs(width - (360 * counts[n][1]) / 48) < 1e-9));
  assert.deepEqual(chart.props.rows[1], ["Screening", "21", "44 % of the step before"]);
  assert.deepEqual(chart.props.rows[4], ["Accepted", "0", "–"], "nothing passes from a step that nobody reached");
});

test("quarters and waiting times follow the calendar", () => {
  assert.deepEqual(quarters(3, new Date("2026-01-01T00:00:00Z")), ["2026-Q1", "2025-Q4", "2025-Q3"]);
  assert.equal(waiting("2026-01-01T00:00:00Z", Date.parse("2026-01-13T01:00:00Z")), "waiting 12 days");
  assert.equal(waiting("2026-01-01T00:00:00Z", Date.parse("2026-01-01T09:00:00Z")), "waiting since today");
});
