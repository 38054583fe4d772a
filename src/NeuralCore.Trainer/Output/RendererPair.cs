using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Trainer.Commands;

namespace NeuralCore.Trainer.Output;

/// <summary>Shows everything to two, as a person and a program.</summary>
internal sealed class RendererPair(Renderer person, Renderer program) : Renderer
{
    public override void Start(RunStart start, Model model)
    {
        person.Start(start, model);
        program.Start(start, model);
    }

    public override void Summary(Model model)
    {
        person.Summary(model);
        program.Summary(model);
    }

    public override void Resume(SavedCheckpoint start)
    {
        person.Resume(start);
        program.Resume(start);
    }

    public override void Checkpoint(SavedCheckpoint checkpoint)
    {
        person.Checkpoint(checkpoint);
        program.Checkpoint(checkpoint);
    }

    public override void Warning(string file, string message)
    {
        person.Warning(file, message);
        program.Warning(file, message);
    }

    public override void Judged(EarlyStopping stopping)
    {
        person.Judged(stopping);
        program.Judged(stopping);
    }

    public override void Preview(IReadOnlyList<Preview> previews)
    {
        person.Preview(previews);
        program.Preview(previews);
    }

    public override void EpochBegin(int epoch, int epochs)
    {
        person.EpochBegin(epoch, epochs);
        program.EpochBegin(epoch, epochs);
    }

    public override void Step(in StepProgress progress)
    {
        person.Step(progress);
        program.Step(progress);
    }

    public override void Validating()
    {
        person.Validating();
        program.Validating();
    }

    public override void EpochEnd(EpochResult result)
    {
        person.EpochEnd(result);
        program.EpochEnd(result);
    }

    public override void Profile(MeasuredProfile measured)
    {
        person.Profile(measured);
        program.Profile(measured);
    }

    public override void Test(Evaluation evaluation)
    {
        person.Test(evaluation);
        program.Test(evaluation);
    }

    public override void Classes(ConfusionMatrix confusion)
    {
        person.Classes(confusion);
        program.Classes(confusion);
    }

    public override void Confusion(ConfusionMatrix confusion)
    {
        person.Confusion(confusion);
        program.Confusion(confusion);
    }

    public override void Examples(Evaluation evaluation, LabelledImages images)
    {
        person.Examples(evaluation, images);
        program.Examples(evaluation, images);
    }

    public override void Prediction(Prediction prediction)
    {
        person.Prediction(prediction);
        program.Prediction(prediction);
    }

    public override void Runs(IReadOnlyList<RunRecord> runs)
    {
        person.Runs(runs);
        program.Runs(runs);
    }

    public override void Inspection(DatasetInspection inspection, LabelledImages train)
    {
        person.Inspection(inspection, train);
        program.Inspection(inspection, train);
    }

    public override void Report(string page)
    {
        person.Report(page);
        program.Report(page);
    }

    public override void Remark(string sentence)
    {
        person.Remark(sentence);
        program.Remark(sentence);
    }

    public override void Lines(SheetPrediction prediction)
    {
        person.Lines(prediction);
        program.Lines(prediction);
    }

    public override void Error(Failure failure)
    {
        person.Error(failure);
        program.Error(failure);
    }

    public override void Done(RunEnd end)
    {
        person.Done(end);
        program.Done(end);
    }

    public override void Dispose()
    {
        person.Dispose();
        program.Dispose();
    }
}
