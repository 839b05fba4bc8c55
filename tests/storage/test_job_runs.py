from datetime import timedelta

from storage import job_runs
from storage.database import Database
from tests.clock import NOON


def test_of_each_job_the_last_start_and_the_last_good_end_are_known(database: Database) -> None:
    later = NOON + timedelta(minutes=1)
    with database.work() as work:
        job_runs.note_start(work, "send_digests", NOON)
        job_runs.note_start(work, "keep_time", NOON)
        job_runs.note_end(work, "keep_time", NOON)
    with database.work() as work:
        job_runs.note_start(work, "keep_time", later)
    with database.reading() as work:
        runs = [(run.name, run.started_at, run.finished_at) for run in job_runs.all_runs(work)]
    assert runs == [("keep_time", later, NOON), ("send_digests", NOON, None)]
