"""The clusters that docs/bulk.md starts, by the packages that it names, without a scheduler.

No extra has these packages: pip install dask-jobqueue dask-kubernetes
"""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from distributed.cli import dask_scheduler, dask_worker

PAGE = Path(__file__).resolve().parents[3] / "docs" / "bulk.md"


def example(name: str) -> ast.Module:
    """The example that creates a `name`."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    [code] = [block for block in blocks if f"{name}(" in block]
    return ast.parse(code)


def arguments_of(tree: ast.Module, name: str) -> dict[str, Any]:
    """The arguments of the call of `name`."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    [call] = [one for one in calls if ast.unparse(one.func) == name]
    return {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}


def attributes(tree: ast.Module) -> set[str]:
    """The attributes of the cluster that an example uses."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return {node.attr for node in nodes if ast.unparse(node.value) == "cluster"}


def test_the_example_of_slurm_starts_a_process_for_each_core() -> None:
    jobqueue = pytest.importorskip("dask_jobqueue", reason="dask-jobqueue is not installed")
    tree = example("SLURMCluster")
    arguments = arguments_of(tree, "SLURMCluster")
    with jobqueue.SLURMCluster(**arguments, scheduler_options={"dashboard_address": ":0"}) as slurm:
        script = slurm.job_script()
        assert attributes(tree) <= set(dir(slurm))
        assert slurm.scheduler_address in script
    assert f"--nworkers {arguments['cores']}" in script
    assert "--nthreads 1 " in script
    assert f"#SBATCH -t {arguments['walltime']}" in script
    limit = re.search(r"--memory-limit ([\d.]+)GiB", script)
    assert limit is not None
    assert float(limit[1]) > 0.6  # what a worker needs


def test_the_example_of_kubernetes_starts_commands_that_exist(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    operator = pytest.importorskip(
        "dask_kubernetes.operator", reason="dask-kubernetes is not installed"
    )
    tree = example("KubeCluster")
    assert attributes(tree) <= set(dir(operator.KubeCluster))
    created: list[inspect.BoundArguments] = []
    signature = inspect.signature(operator.KubeCluster)

    def create(*args: Any, **kwargs: Any) -> Any:
        created.append(signature.bind(*args, **kwargs))
        return SimpleNamespace(scheduler_address="tcp://127.0.0.1:8786")

    monkeypatch.setattr(operator, "KubeCluster", create)
    exec(compile(tree, str(PAGE), "exec"), {"input": print})
    [bound] = created
    spec = bound.arguments["custom_cluster_spec"]["spec"]
    assert spec["worker"]["replicas"] == 20
    for role, module in {"worker": dask_worker, "scheduler": dask_scheduler}.items():
        [container] = spec[role]["spec"]["containers"]
        program, command, *options = container["args"]
        assert (program, command) == ("dask", role)
        known = {name for option in module.main.params for name in option.opts}
        assert {option for option in options if option.startswith("--")} <= known
