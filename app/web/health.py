"""Health for machines: alive, ready, metrics."""

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, Response

from app.delivery.guards import public
from app.delivery.unit_of_work import READ, Work, run
from app.web.requests import Request_

health_router = APIRouter(tags=["health"], include_in_schema=False)


@health_router.get("/healthz")
def alive() -> Response:
    """The process answers. Public; touches nothing."""
    return JSONResponse({"status": "alive"})


@health_router.get("/readyz")
def ready(incoming: Request_) -> Response:
    """The database answers and tells the same time. Public."""

    def answer(work: Work) -> Response:
        clock = work.incoming.runtime.clock
        offset = round(clock.database_offset.total_seconds() * 1000)
        body = {"status": "ready" if clock.agrees else "clock differs", "database_offset_ms": offset}
        return JSONResponse(body, 200 if clock.agrees else 503)

    try:
        return run(incoming, READ, public, answer)
    except Exception:  # noqa: BLE001  # whatever keeps the database away, the instance is not ready
        return JSONResponse({"status": "database unavailable"}, 503)


@health_router.get("/metrics")
def metrics() -> Response:
    """Counters for Prometheus. Public inside the network; holds no ids."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
