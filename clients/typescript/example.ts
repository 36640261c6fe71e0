// Compiled by `make lint-openapi`: the types say what the API returns.
import type { components, operations } from "./schema.js";

type Report = components["schemas"]["CareerHealth"];
type Problem = components["schemas"]["Problem"];
type Outcome = operations["record_outcome"]["requestBody"]["content"]["application/json"]["outcome"];

export async function careerHealth(baseUrl: string, key: string): Promise<Report> {
  const response = await fetch(`${baseUrl}/api/agent/career-health`, { headers: { Authorization: `Bearer ${key}` } });
  if (!response.ok) {
    const problem = (await response.json()) as Problem;
    throw new Error(`${problem.code}: ${problem.detail} (${problem.request_id})`);
  }
  return (await response.json()) as Report;
}

export const interviewRate = (report: Report): number => report.outcome_summary.interview_rate;
export const outcome: Outcome = "screening_scheduled";
