"""`qifu serve`: one process that holds the data folder, answers HTTP and drives the jobs."""

import os
import sys

from api.cli.books import print_sign_ins
from api.cli.shown import exits, line


def serve(demo: bool, port: int | None) -> None:
    with exits(False):
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # the embedding engine slows twenty-fold with more on two cores
        import uvicorn

        from api import lock
        from api.app import create_app
        from api.demo import PASSWORD, demo_users
        from api.jobs import JobEngine
        from api.wiring import build_house
        from knowledge.base.logs import configure
        from knowledge.base.settings import Settings

        settings = Settings()
        configure(settings.log_level)
        address = f"http://{settings.host}:{port or settings.port}"
        with lock.hold(settings.var_dir), build_house(settings, demo=demo, serving=True) as house:
            engine = JobEngine(house.database, house.clock)
            engine.start()
            try:
                line(f"企服已启动：{address}")
                users = demo_users(house.database)
                if users:
                    print_sign_ins({"password": PASSWORD, "users": users})
                sys.stdout.flush()
                uvicorn.run(
                    create_app(house), host=settings.host, port=port or settings.port, log_level="warning", workers=1
                )
            finally:
                engine.stop()
