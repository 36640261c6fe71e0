"""The three examples of the reference, from events, over HTTP: every number that its counts determine, digit for
digit.
"""

from itertools import chain, repeat

from shared.domain.plans import Scope
from tests.builders import a_message_triaged, an_event, an_id
from tests.e2e.conftest import RunningApi

VERIFIED_AT = "2026-03-10T00:00:00Z"


def spread(**counts: int) -> list[str]:
    """`spread(a=2, b=1)` is `["a", "a", "b"]`."""
    return list(chain.from_iterable(repeat(name, count) for name, count in counts.items()))


def verified_outcome(message_id: str, outcome: str) -> dict[str, object]:
    return an_event(
        "OutcomeVerified", message_id=message_id, outcome=outcome, verified_at=VERIFIED_AT, source="greenhouse"
    )


def test_the_career_health_example(api: RunningApi) -> None:
    team, user = an_id("team"), an_id("user")
    api.publish(
        an_event("TeamUpdated", team_id=team, name="One", plan="pro"),
        an_event("MemberJoined", team_id=team, user_id=user),
    )
    ids = [an_id("msg") for _ in range(47)]
    # Stripe: 4 of 5 strong; Notion: 2 of 3 strong; the rest come one message a company.
    companies = ["Stripe"] * 5 + ["Notion"] * 3 + [f"Company {n}" for n in range(39)]
    fits = ["strong_fit"] * 4 + ["misfit"] + ["strong_fit"] * 2 + ["maybe"] + spread(strong_fit=16, maybe=14, misfit=9)
    topics = [["compensation"] * (n < 18) + ["remote_policy"] * (n >= 35) for n in range(47)]
    now_and_before = [
        a_message_triaged(message_id=i, user_id=user, team_id=team, company=company, fit=fit, topics=topic)
        for i, company, fit, topic in zip(ids, companies, fits, topics, strict=True)
    ] + [a_message_triaged(user_id=user, team_id=team, received_at="2025-11-11T00:00:00Z") for _ in range(40)]
    outcomes = spread(interviewed=5, ghosted=3) + spread(offered=3, accepted=1, interviewed=4, no_response=14)
    api.publish(*now_and_before, *(verified_outcome(ids[n], outcomes[n]) for n in range(8)))
    key = api.make_key(team, user, Scope.READ, Scope.WRITE)
    enterprise = api.publish(
        an_event("TeamUpdated", time="2026-03-02T00:00:00Z", team_id=team, name="One", plan="enterprise")
    )
    assert enterprise["accepted"] == 1
    for n in range(8, 30):
        answer = api.call(key, "PATCH", f"/api/agent/messages/{ids[n]}/outcome", json={"outcome": outcomes[n]})
        assert answer.status_code == 200

    report = api.call(key, "POST", "/api/agent/career-health", json={"period": "2026-Q1"}).json()
    assert list(report) == [
        "period",
        "generated_at",
        "inbound_volume",
        "fit_distribution",
        "top_companies",
        "top_topics",
        "outcome_summary",
        "market_demand_signal",
    ]
    assert report["period"] == "2026-Q1"
    # The example's 18.5 follows from no whole number of prior messages; 40 of them make it 17.5.
    assert report["inbound_volume"] == {"total": 47, "trend_vs_prior": 17.5}
    assert report["fit_distribution"] == {"strong_fit": 22, "maybe": 15, "misfit": 10}
    assert report["top_companies"][:2] == [
        {"name": "Stripe", "count": 5, "fit_rate": 0.8},
        {"name": "Notion", "count": 3, "fit_rate": 0.67},
    ]
    assert report["top_topics"] == [{"topic": "compensation", "count": 18}, {"topic": "remote_policy", "count": 12}]
    assert report["outcome_summary"] == {
        "total_tracked": 30,
        "interview_rate": 0.43,
        "offer_rate": 0.13,
        "verified_count": 8,
        "unverified_count": 22,
        "verification_rate": 0.27,
        "verified_interview_rate": 0.63,
    }
    assert report["market_demand_signal"] == "increasing"


def test_the_company_signals_example(api: RunningApi) -> None:
    team, company = an_id("team"), f"Stripe {an_id('run').replace('_', '')}"
    api.publish(an_event("TeamUpdated", team_id=team, name="Two", plan="team"))
    users = [an_id("user") for _ in range(38)]
    fits = spread(strong_fit=88, maybe=34, misfit=20)
    outcomes = spread(offered=15, interviewed=33, ghosted=52)
    events, confirmations = [], []
    for n in range(142):
        topics = ["compensation"] + ["remote_policy"] * (n < 120) + ["team_size"] * (n < 100)
        message = an_id("msg")
        spelling = f"{company}, Inc." if n % 3 else company.upper()
        events.append(
            a_message_triaged(
                message_id=message, user_id=users[n % 38], team_id=team, company=spelling, fit=fits[n], topics=topics
            )
        )
        if n < 100:
            confirmations.append(verified_outcome(message, outcomes[n]))
    api.publish(*confirmations, *events)

    key = api.make_key(team, an_id("user"))
    assert api.call(key, "GET", "/api/agent/company-signals", params={"company": f"  {company} LLC "}).json() == {
        "signals": {
            "company_name_normalized": company.casefold(),
            "total_interactions": 142,
            "strong_fit_rate": 0.62,
            "maybe_rate": 0.24,
            "misfit_rate": 0.14,
            "outcome_interview_rate": 0.48,
            "outcome_offer_rate": 0.15,
            "top_topics": ["compensation", "remote_policy", "team_size"],
            "sample_size": 38,
        }
    }


def test_the_team_analytics_example(api: RunningApi) -> None:
    team = an_id("team")
    members = [an_id("user") for _ in range(12)]
    api.publish(
        an_event("TeamUpdated", team_id=team, name="Three", plan="enterprise"),
        *(an_event("MemberJoined", team_id=team, user_id=member) for member in members),
    )
    actions = spread(auto_replied=241, drafted=98, declined=45)
    # Google: 20 of 28 strong. The rest of the fits over everybody else.
    companies = ["Google"] * 28 + [f"Company {n}" for n in range(384 - 28)]
    fits = spread(strong_fit=20, maybe=8) + spread(strong_fit=168, maybe=104, misfit=84)
    outcomes = spread(accepted=14, offered=8, interviewed=46, screening_scheduled=27, no_response=115)
    ids = [an_id("msg") for _ in range(384)]
    api.publish(
        *(
            a_message_triaged(
                message_id=ids[n],
                user_id=members[n % 12],
                team_id=team,
                company=companies[n],
                fit=fits[n],
                action=actions[n],
            )
            for n in range(384)
        ),
        *(verified_outcome(ids[n], outcomes[n]) for n in range(210)),
    )

    key = api.make_key(team, members[0])
    snapshot = api.call(key, "GET", "/api/team/agent/analytics", params={"period": "2026-Q1"}).json()
    assert snapshot.pop("generated_at").endswith("Z")
    [google, *others] = snapshot.pop("top_companies")
    assert google == {"name": "Google", "count": 28, "avg_fit_rate": 0.71}
    assert len(others) == 4
    assert snapshot == {
        "team_id": team,
        "period": "2026-Q1",
        "member_count": 12,
        "total_inbound": 384,
        "total_auto_replied": 241,
        "total_drafted": 98,
        "total_declined": 45,
        "fit_distribution": {"strong_fit": 188, "maybe": 112, "misfit": 84},
        "outcome_funnel": {
            "total_tracked": 210,
            "screening_count": 95,
            "interview_count": 68,
            "offer_count": 22,
            "accept_count": 14,
        },
        "agent_utilization": {"auto_reply_rate": 0.63, "draft_rate": 0.25, "decline_rate": 0.12},
    }
