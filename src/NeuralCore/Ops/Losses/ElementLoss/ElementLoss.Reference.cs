using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>A function of a prediction and a target, and its derivative.</summary>
internal interface IElementLoss
{
    /// <summary>The loss.</summary>
    static abstract T Loss<T>(T prediction, T target)
        where T : IFloatingPointIeee754<T>;

    /// <summary>Its derivative with respect to the prediction.</summary>
    static abstract T Slope<T>(T prediction, T target)
        where T : IFloatingPointIeee754<T>;

    /// <summary>Whether the prediction is on the target's side, where there are two.</summary>
    static abstract bool IsHit<T>(T prediction, T target)
        where T : IFloatingPointIeee754<T>;
}

/// <summary>(x - t)^2, with the derivative 2 (x - t).</summary>
internal readonly struct SquaredError : IElementLoss
{
    public static T Loss<T>(T prediction, T target)
        where T : IFloatingPointIeee754<T> => (prediction - target) * (prediction - target);

    public static T Slope<T>(T prediction, T target)
        where T : IFloatingPointIeee754<T> => (prediction - target) + (prediction - target);

    public static bool IsHit<T>(T prediction, T target)
        where T : IFloatingPointIeee754<T> => false;
}

/// <summary>
/// -t log s - (1 - t) log(1 - s) of s = sigmoid(x) = 1 / (1 + exp(-x)), written so that no exponential overflows and no logarithm is of a rounded number:
/// max(x, 0) - x t + log(1 + exp(-|x|)). Its derivative is s - t.
/// </summary>
internal readonly struct BinaryCrossEntropyOfLogits : IElementLoss
{
    public static T Loss<T>(T prediction, T target)
        where T : IFloatingPointIeee754<T> => T.Max(prediction, T.Zero) - (prediction * target) + T.LogP1(T.Exp(-T.Abs(prediction)));

    public static T Slope<T>(T prediction, T target)
        where T : IFloatingPointIeee754<T>
    {
        T e = T.Exp(-T.Abs(prediction));
        return ((prediction >= T.Zero ? T.One : e) / (T.One + e)) - target;
    }

    public static bool IsHit<T>(T prediction, T target)
        where T : IFloatingPointIeee754<T> => (prediction > T.Zero) == (target + target > T.One);
}

/// <summary>
/// -t log p - (1 - t) log(1 - p) of a probability p, where p and 1 - p are taken as at least 1e-7, as Keras does, so that the loss is finite. The derivative is
/// (p - t) / (p (1 - p)), and 0 where p lies outside of [1e-7, 1 - 1e-7].
/// </summary>
internal readonly struct BinaryCrossEntropy : IElementLoss
{
    private const double Least = 1e-7;

    public static T Loss<T>(T prediction, T target)
        where T : IFloatingPointIeee754<T>
    {
        T least = T.CreateChecked(Least);
        return -(target * T.Log(T.Max(prediction, least))) - ((T.One - target) * T.Log(T.Max(T.One - prediction, least)));
    }

    public static T Slope<T>(T prediction, T target)
        where T : IFloatingPointIeee754<T> => prediction < T.CreateChecked(Least) || T.One - prediction < T.CreateChecked(Least)
        ? T.Zero
        : (prediction - target) / (prediction * (T.One - prediction));

    public static bool IsHit<T>(T prediction, T target)
        where T : IFloatingPointIeee754<T> => (prediction + prediction > T.One) == (target + target > T.One);
}

/// <summary>Losses element by element, row by row of N x Columns: each row's is the mean over its elements.</summary>
internal static class ElementLossReference
{
    /// <summary>The forward pass of one row.</summary>
    /// <returns>The mean of the losses, and the part of the elements that are on their target's side.</returns>
    public static (T Loss, T Hits) Forward<TLoss, T>(double smoothing, ReadOnlySpan<T> prediction, ReadOnlySpan<T> targets)
        where TLoss : struct, IElementLoss
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (T sum, T hits) = (T.Zero, T.Zero);
        for (int i = 0; i < prediction.Length; i++)
        {
            sum += TLoss.Loss(prediction[i], Smoothed(smoothing, targets[i]));
            hits += TLoss.IsHit(prediction[i], targets[i]) ? T.One : T.Zero;
        }

        T count = T.CreateChecked(prediction.Length);
        return (sum / count, hits / count);
    }

    /// <summary>The gradient of a row's loss over a number of rows.</summary>
    public static void Backward<TLoss, T>(double smoothing, int rows, ReadOnlySpan<T> prediction, ReadOnlySpan<T> targets, Span<T> dPrediction)
        where TLoss : struct, IElementLoss
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T count = T.CreateChecked((long)rows * prediction.Length);
        for (int i = 0; i < prediction.Length; i++)
        {
            dPrediction[i] = TLoss.Slope(prediction[i], Smoothed(smoothing, targets[i])) / count;
        }
    }

    /// <summary>(1 - smoothing) * t + smoothing / 2.</summary>
    public static T Smoothed<T>(double smoothing, T target)
        where T : IFloatingPointIeee754<T> => smoothing == 0 ? target : (T.CreateChecked(1 - smoothing) * target) + T.CreateChecked(smoothing / 2);
}
