using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Trainer.Commands;

namespace NeuralCore.Trainer.Output;

/// <summary>Shows everything to two, as a person and a program.</summary>
internal sealed class RendererPair(Renderer person, Renderer program) : Renderer
{
    public override ClassNames Names
    {
        get => person.Names;
        set => (person.Names, program.Names) = (value, value);
    }

    public override void Reading(int done, int total)
    {
        person.Reading(done, total);
        program.Reading(done, total);
    }

    public override void Start(RunStart start, Model model) => Both(renderer => renderer.Start(start, model));

    public override void Summary(Model model) => Both(renderer => renderer.Summary(model));

    public override void Resume(SavedCheckpoint start) => Both(renderer => renderer.Resume(start));

    public override void Checkpoint(SavedCheckpoint checkpoint) => Both(renderer => renderer.Checkpoint(checkpoint));

    public override void Warning(string file, string message) => Both(renderer => renderer.Warning(file, message));

    public override void Judged(EarlyStopping stopping) => Both(renderer => renderer.Judged(stopping));

    public override void Preview(IReadOnlyList<Preview> previews) => Both(renderer => renderer.Preview(previews));

    public override void EpochBegin(int epoch, int epochs) => Both(renderer => renderer.EpochBegin(epoch, epochs));

    /// <summary>Written out: a delegate would allocate at each step.</summary>
    public override void Step(in StepProgress progress)
    {
        person.Step(progress);
        program.Step(progress);
    }

    public override void Validating() => Both(renderer => renderer.Validating());

    public override void EpochEnd(EpochResult result) => Both(renderer => renderer.EpochEnd(result));

    public override void Profile(MeasuredProfile measured) => Both(renderer => renderer.Profile(measured));

    public override void Test(Evaluation evaluation) => Both(renderer => renderer.Test(evaluation));

    public override void Classes(ConfusionMatrix confusion) => Both(renderer => renderer.Classes(confusion));

    public override void Confusion(ConfusionMatrix confusion) => Both(renderer => renderer.Confusion(confusion));

    public override void Examples(Evaluation evaluation, LabelledImages images) => Both(renderer => renderer.Examples(evaluation, images));

    public override void Prediction(Prediction prediction) => Both(renderer => renderer.Prediction(prediction));

    public override void Runs(IReadOnlyList<RunRecord> runs) => Both(renderer => renderer.Runs(runs));

    public override void Inspection(DatasetInspection inspection, LabelledImages train) => Both(renderer => renderer.Inspection(inspection, train));

    public override void Report(string page) => Both(renderer => renderer.Report(page));

    public override void Serving(ServingNote note) => Both(renderer => renderer.Serving(note));

    public override void Remark(string sentence) => Both(renderer => renderer.Remark(sentence));

    public override void Lines(SheetPrediction prediction) => Both(renderer => renderer.Lines(prediction));

    public override void Error(Failure failure) => Both(renderer => renderer.Error(failure));

    public override void Done(RunEnd end) => Both(renderer => renderer.Done(end));

    public override void Dispose() => Both(renderer => renderer.Dispose());

    private void Both(Action<Renderer> show)
    {
        show(person);
        show(program);
    }
}
