"""GET of a cached report as it is usually written: FastAPI, Mangum and boto3."""

import os
from typing import Annotated, Any

import boto3
from fastapi import Depends, FastAPI, HTTPException, Request
from mangum import Mangum
from pydantic import BaseModel


class InboundVolume(BaseModel):
    total: int
    trend_vs_prior: float | None


class FitDistribution(BaseModel):
    strong_fit: int
    maybe: int
    misfit: int


class Company(BaseModel):
    name: str
    count: int
    fit_rate: float


class Topic(BaseModel):
    topic: str
    count: int


class OutcomeSummary(BaseModel):
    total_tracked: int
    interview_rate: float
    offer_rate: float
    verified_count: int
    unverified_count: int
    verification_rate: float
    verified_interview_rate: float


class CareerHealth(BaseModel):
    period: str
    generated_at: str
    inbound_volume: InboundVolume
    fit_distribution: FitDistribution
    top_companies: list[Company]
    top_topics: list[Topic]
    outcome_summary: OutcomeSummary
    market_demand_signal: str


reports = boto3.resource("dynamodb").Table(os.environ["REPORTS_TABLE"])
app = FastAPI()


def caller(request: Request) -> tuple[str, str]:
    """The team and the user that the authorizer found."""
    context: dict[str, Any] = request.scope["aws.event"]["requestContext"]["authorizer"]
    return str(context["team_id"]), str(context["user_id"])


def career_health(caller: Annotated[tuple[str, str], Depends(caller)]) -> CareerHealth:
    """Returns the report cached for the caller."""
    team_id, user_id = caller
    key = {"subject": f"user#{user_id}", "period": f"{team_id}#{os.environ['PERIOD']}"}
    item = reports.get_item(Key=key, ConsistentRead=True).get("Item")
    if item is None:
        raise HTTPException(404)
    return CareerHealth.model_validate_json(str(item["body"]))


app.get("/api/agent/career-health")(career_health)
handler = Mangum(app, lifespan="off")
