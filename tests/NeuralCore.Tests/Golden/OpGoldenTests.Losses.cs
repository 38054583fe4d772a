using System.Text.Json;
using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Golden;

/// <content>Losses: the mean over a batch and its gradient.</content>
public abstract partial class OpGoldenTests
{
    public static TheoryData<string> Losses => Cases("loss-");

    [SkippableTheory]
    [MemberData(nameof(Losses))]
    public void Loss(string name)
    {
        GoldenCase golden = GoldenCase.Open(name);
        string input = golden.Has("logits", "in") ? "logits" : "prediction";
        (int rows, int columns) = (golden.Shape(input)[0], golden.Shape(input)[1]);
        JsonElement[] targets = [.. golden.Attributes.GetProperty("targets").EnumerateArray()];
        bool isDense = targets[0].ValueKind == JsonValueKind.Array;
        int[] labels = isDense ? [] : [.. targets.Select(target => target.GetInt32())];
        using var memory = new GuardedMemory<float>(Backend);
        Slot x = memory.Input<float>(input, golden.Input(input));
        Slot t = isDense ? memory.Input<float>("targets", [.. targets.SelectMany(row => row.EnumerateArray().Select(value => value.GetSingle()))]) : memory.Input<int>("labels", labels);
        Slot losses = memory.Output<float>("losses", rows), hits = memory.Output<float>("hits", rows), dx = memory.Output<float>("gradient", rows * columns);
        string kind = name.Split('-')[1];
        if (kind is "mse" or "bce")
        {
            var shape = new ElementLossShape(kind == "mse" ? ElementLoss.SquaredError : ElementLoss.BinaryCrossEntropyOfLogits, columns);
            Backend.ElementLossForward(shape, rows, x, t, losses, hits);
            Backend.ElementLossBackward(shape, rows, x, t, dx);
        }
        else
        {
            var shape = new CrossEntropyShape(columns, golden.Attributes.TryGetProperty("smoothing", out JsonElement smoothing) ? smoothing.GetDouble() : 0, isDense);
            Slot p = memory.Output<float>("probabilities", rows * columns);
            Backend.SoftmaxCrossEntropyForward(shape, rows, x, t, p, losses, hits);
            Backend.SoftmaxCrossEntropyBackward(shape, rows, p, t, dx);
        }

        double[] weights = [.. Enumerable.Repeat(1.0, rows)];
        if (golden.Attributes.TryGetProperty("weights", out JsonElement ofClasses))
        {
            weights = [.. labels.Select(label => (double)ofClasses[label].GetSingle())];

            // A division by the sum of the weights is that by the rows of weights that were divided by their mean.
            double mean = golden.Attributes.GetProperty("divided_by").GetString() == "rows" ? 1 : weights.Average();
            weights = [.. weights.Select(weight => weight / mean)];
            Backend.ScaleRows(rows, columns, dx, memory.Input<float>("weights", Array.ConvertAll(weights, weight => (float)weight)));
        }

        double actual = memory.Read<float>(losses, rows).Zip(weights, (loss, weight) => loss * weight).Sum() / rows, expected = golden.Truth("y")[0];
        Agreement.Within("loss", 0, expected, 5e-7 * Math.Max(1, Math.Abs(expected)), actual);
        Assert.Equal([1f], golden.Input("gy"));
        Agreement.Within("gradient", golden.Truth("g" + input), 5e-7, memory.Read<float>(dx, rows * columns));
    }
}
