"""Notebooks as other programs write them: each function makes the text of a file from a notebook.

What they put where was looked up in public notebooks: Colab keeps a cell's id among its metadata and says 4.0, VS Code
writes no ids into an old file, Kaggle writes one line, Deepnote has its own ids.
"""

import copy
import json

WHEN = "2026-03-12T04:44:22.546692Z"


def _lines(source):
    return source.splitlines(keepends=True)


def colab(nb, labels=True):
    """Google Colab, after «Download .ipynb»."""
    badge = {
        "cell_type": "markdown",
        "source": ['<a href="https://colab.research.google.com/"><img alt="Open In Colab"/></a>'],
        "metadata": {"id": "view-in-github", "colab_type": "text"},
    }
    cells = [badge]
    for number, cell in enumerate(nb["cells"]):
        metadata = dict(cell["metadata"]) if labels else {}
        metadata["id"] = cell["id"] if labels else f"{number}-FPIEstNOC_"
        new = {"cell_type": cell["cell_type"], "source": _lines(cell["source"]), "metadata": metadata}
        if cell["cell_type"] == "code":
            metadata |= {"colab": {"base_uri": "https://localhost:8080/", "height": 139}, "outputId": "19fe063e-d6eb"}
            new |= {
                "execution_count": number,
                "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}],
            }
        cells.append(new)
    kernel = {"name": "python3", "display_name": "Python 3"}
    head = {"colab": {"provenance": [], "gpuType": "T4"}, "kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"nbformat": 4, "nbformat_minor": 0, "metadata": head | {"accelerator": "GPU"}, "cells": cells}
    return json.dumps(whole, indent=2, ensure_ascii=False)


def vscode(nb):
    """VS Code, which keeps labels, with a kernel of the student's own virtual environment."""
    nb = copy.deepcopy(nb)
    for cell in nb["cells"]:
        cell["source"] = _lines(cell["source"])
        cell["metadata"]["vscode"] = {"languageId": "python" if cell["cell_type"] == "code" else "markdown"}
        del cell["id"]
    nb["metadata"] = {
        "kernelspec": {"display_name": ".venv (3.12.3)", "language": "python", "name": "venv-312"},
        "language_info": {"name": "python", "version": "3.12.3", "codemirror_mode": {"name": "ipython", "version": 3}},
        "orig_nbformat": 4,
    }
    return json.dumps(nb | {"nbformat_minor": 2}, indent=1, ensure_ascii=False)


def kaggle(nb):
    """Kaggle: one line, no labels, its own ids."""
    cells = []
    for number, cell in enumerate(nb["cells"]):
        metadata = {"_uuid": f"8f2839f25d086af736a60e9eeb907d3b93b6e0e{number}", "_cell_guid": f"b1076dfc-{number}"}
        new = {"cell_type": cell["cell_type"], "source": cell["source"], "metadata": metadata | {"trusted": True}}
        if cell["cell_type"] == "code":
            new["metadata"] |= {"execution": {"iopub.status.busy": WHEN}, "jupyter": {"outputs_hidden": False}}
            new |= {"outputs": [], "execution_count": number}
        cells.append(new)
    head = {
        "kernelspec": {"language": "python", "display_name": "Python 3", "name": "python3"},
        "kaggle": {"accelerator": "none", "dataSources": [], "dockerImageVersionId": 30919, "isGpuEnabled": False},
    }
    return json.dumps({"metadata": head, "nbformat_minor": 4, "nbformat": 4, "cells": cells}, ensure_ascii=False)


def deepnote(nb):
    """Deepnote: ids in `cell_id`, everything it knows in the metadata."""
    nb = copy.deepcopy(nb)
    for cell in nb["cells"]:
        kind = "code" if cell["cell_type"] == "code" else "text-cell-p"
        cell["metadata"] = {
            "cell_id": cell.pop("id"),
            "deepnote_cell_type": kind,
            "source_hash": "8ad57f32",
            "tags": [],
        }
    nb["metadata"] = {"deepnote_notebook_id": "d41d8cd9", "deepnote": {}, "deepnote_execution_queue": []}
    return json.dumps(nb | {"nbformat_minor": 0}, indent=1)


def nbformat3(nb, version=3):
    """An old version: worksheets, `input` instead of `source`, headings as cells of their own."""
    cells = []
    for cell in nb["cells"]:
        new = {"cell_type": cell["cell_type"], "metadata": cell["metadata"]}
        if cell["cell_type"] == "code":
            new |= {"input": _lines(cell["source"]), "language": "python", "outputs": [], "prompt_number": 1}
        elif cell["source"].startswith("## "):
            new |= {"cell_type": "heading", "level": 2, "source": cell["source"][3:]}
        else:
            new["source"] = cell["source"]
        cells.append(new)
    sheet = {"cells": cells, "metadata": {}}
    return json.dumps({"metadata": {"name": ""}, "nbformat": version, "nbformat_minor": 0, "worksheets": [sheet]})


def script(nb):
    """«Download as Python»."""
    parts = []
    for cell in nb["cells"]:
        text = cell["source"]
        parts.append(f"# In[ ]:\n\n\n{text}" if cell["cell_type"] == "code" else "# " + text.replace("\n", "\n# "))
    return "#!/usr/bin/env python\n# coding: utf-8\n\n" + "\n\n\n".join(parts) + "\n"
