using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Losses element by element.</content>
public partial interface IBackend<T>
{
    /// <summary>The loss of each row, the mean over its elements, and the part of them that are on their target's side.</summary>
    internal void ElementLossForward(in ElementLossShape shape, int rows, Slot prediction, Slot targets, Slot losses, Slot hits);

    /// <summary>The gradient of the mean loss with respect to the prediction.</summary>
    internal void ElementLossBackward(in ElementLossShape shape, int rows, Slot prediction, Slot targets, Slot dPrediction);
}

/// <content>Losses element by element.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void ElementLossForward(in ElementLossShape shape, int rows, Slot prediction, Slot targets, Slot losses, Slot hits) =>
        ElementLossCpu.Forward(_pool, shape, rows, At(prediction), At(targets), At(losses), At(hits));

    public void ElementLossBackward(in ElementLossShape shape, int rows, Slot prediction, Slot targets, Slot dPrediction) =>
        ElementLossCpu.Backward(_pool, shape, rows, At(prediction), At(targets), At(dPrediction));
}

/// <content>Losses element by element.</content>
public sealed partial class ReferenceBackend<T>
{
    void IBackend<T>.ElementLossForward(in ElementLossShape shape, int rows, Slot prediction, Slot targets, Slot losses, Slot hits)
    {
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> x = Row(shape, prediction, row), t = Row(shape, targets, row);
            (Values(losses)[row], Values(hits)[row]) = shape.Loss switch
            {
                ElementLoss.SquaredError => ElementLossReference.Forward<SquaredError, T>(shape.Smoothing, x, t),
                ElementLoss.BinaryCrossEntropyOfLogits => ElementLossReference.Forward<BinaryCrossEntropyOfLogits, T>(shape.Smoothing, x, t),
                _ => ElementLossReference.Forward<BinaryCrossEntropy, T>(shape.Smoothing, x, t),
            };
        }
    }

    void IBackend<T>.ElementLossBackward(in ElementLossShape shape, int rows, Slot prediction, Slot targets, Slot dPrediction)
    {
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> x = Row(shape, prediction, row), t = Row(shape, targets, row);
            Span<T> dx = Row(shape, dPrediction, row);
            switch (shape.Loss)
            {
                case ElementLoss.SquaredError:
                    ElementLossReference.Backward<SquaredError, T>(shape.Smoothing, rows, x, t, dx);
                    break;
                case ElementLoss.BinaryCrossEntropyOfLogits:
                    ElementLossReference.Backward<BinaryCrossEntropyOfLogits, T>(shape.Smoothing, rows, x, t, dx);
                    break;
                default:
                    ElementLossReference.Backward<BinaryCrossEntropy, T>(shape.Smoothing, rows, x, t, dx);
                    break;
            }
        }
    }

    private static Span<T> Row(in ElementLossShape shape, Slot slot, int row) => Values(slot).Slice(row * shape.Columns, shape.Columns);
}
