using System.Globalization;
using System.Numerics.Tensors;

namespace NeuralCore;

/// <summary>
/// How raw values become a network's input: nothing, or a few steps one after the other. It is part of the model and stored with it.
/// </summary>
/// <remarks>
/// As a text, in files and on the command line: <c>none</c>, <c>scale</c>, <c>l2-columns</c>, <c>minus-one-to-one</c>,
/// <c>mean-std:0.1307,0.3081</c> (of pixels divided by 255; first all means, then all deviations, one each or one a channel),
/// <c>rescale:2,-1</c> and <c>standardize:0.5,0.25</c> (the same of values as they are), and several of them joined by <c>+</c>.
/// </remarks>
public sealed class Preprocessing : IEquatable<Preprocessing>
{
    // Beyond that a text is no preprocessing of anybody's.
    private const int MostSteps = 8, MostNumbers = 2048;

    private const string ScaleName = "scale", ColumnsName = "l2-columns", PixelsName = "mean-std", RescaleName = "rescale", StandardizeName = "standardize";

    private readonly Step[] _steps;

    private Preprocessing(params Step[] steps) => _steps = steps;

    private enum Kind
    {
        Scale,
        L2Columns,
        Rescale,
        Standardize,
    }

    /// <summary>Values are taken as they are.</summary>
    public static Preprocessing None { get; } = new();

    /// <summary>Pixels 0 to 255 become x / 255, in [0, 1].</summary>
    public static Preprocessing Scale { get; } = new(new Step(Kind.Scale, [], []));

    /// <summary>
    /// Each image column (each channel of it) is divided by its L2 norm, as <c>tf.keras.utils.normalize(x, axis=1)</c> does to
    /// N x height x width; a column of zeros stays as it is.
    /// </summary>
    public static Preprocessing L2Columns { get; } = new(new Step(Kind.L2Columns, [], []));

    /// <summary>Pixels 0 to 255 become x / 127.5 - 1, in [-1, 1].</summary>
    public static Preprocessing MinusOneToOne { get; } = Rescale([(float)(1 / 127.5)], [-1]);

    /// <summary>What this is called where it is a choice, for a message: <c>none, scale, ...</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [ScaleName, ColumnsName, "minus-one-to-one", $"{PixelsName}:MEAN,DEVIATION", "none"];

    /// <summary>x * scale + offset.</summary>
    /// <param name="scale">One number for all, or one for each channel.</param>
    /// <param name="offset">As many.</param>
    /// <exception cref="ArgumentException">There are not as many of both, or some are no numbers.</exception>
    public static Preprocessing Rescale(IReadOnlyList<float> scale, IReadOnlyList<float> offset) => new(new Step(Kind.Rescale, Numbers(scale, offset), Numbers(offset, scale)));

    /// <summary>(x - mean) / deviation.</summary>
    /// <param name="mean">One number for all, or one for each channel.</param>
    /// <param name="deviation">As many, none of them 0.</param>
    /// <exception cref="ArgumentException">There are not as many of both, some are no numbers, or a deviation is 0.</exception>
    public static Preprocessing Standardize(IReadOnlyList<float> mean, IReadOnlyList<float> deviation) => deviation.Contains(0)
        ? throw new ArgumentException("Values can not be divided by a deviation of 0.", nameof(deviation))
        : new(new Step(Kind.Standardize, Numbers(mean, deviation), Numbers(deviation, mean)));

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <returns>Null for a text that is none.</returns>
    public static Preprocessing? Parse(string text)
    {
        if (text == "none")
        {
            return None;
        }

        Preprocessing all = None;
        foreach (string part in text.Split('+', MostSteps + 1))
        {
            if (ParseStep(part) is not { } step || all._steps.Length > MostSteps)
            {
                return null;
            }

            all = all.Then(step);
        }

        return all;
    }

    /// <summary>This first, and then another.</summary>
    public Preprocessing Then(Preprocessing next) => next._steps.Length == 0 ? this : _steps.Length == 0 ? next : new([.. _steps, .. next._steps]);

    /// <summary>Turns one raw item into a network's input, in place.</summary>
    /// <param name="shape">The item's shape.</param>
    /// <param name="item">The item, row-major.</param>
    public void Apply(Shape shape, Span<float> item)
    {
        foreach (Step step in _steps)
        {
            step.Apply(shape, item);
        }
    }

    /// <inheritdoc/>
    public bool Equals(Preprocessing? other) => other is not null && _steps.Length == other._steps.Length && _steps.Zip(other._steps).All(pair => pair.First.Equals(pair.Second));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Preprocessing);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>As a text.</summary>
    public override string ToString()
    {
        if (_steps.Length == 0)
        {
            return "none";
        }

        var parts = new List<string>();
        foreach (Step step in _steps)
        {
            bool isOfPixels = step.Kind == Kind.Standardize && parts is [.., ScaleName];
            parts.RemoveRange(parts.Count - (isOfPixels ? 1 : 0), isOfPixels ? 1 : 0);
            string numbers = string.Join(',', step.First.Concat(step.Second).Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
            parts.Add(step.Kind switch
            {
                Kind.Scale => ScaleName,
                Kind.L2Columns => ColumnsName,
                Kind.Rescale => step.Equals(MinusOneToOne._steps[0]) ? "minus-one-to-one" : $"{RescaleName}:{numbers}",
                _ => $"{(isOfPixels ? PixelsName : StandardizeName)}:{numbers}",
            });
        }

        return string.Join('+', parts);
    }

    /// <summary>Whether two are the same.</summary>
    public static bool operator ==(Preprocessing? left, Preprocessing? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two differ.</summary>
    public static bool operator !=(Preprocessing? left, Preprocessing? right) => !(left == right);

    /// <summary>Says that it is for items of a shape.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    internal void RequireFit(Shape shape)
    {
        foreach (Step step in _steps)
        {
            if (step.Kind == Kind.L2Columns && shape.Rank != 3)
            {
                throw new ArgumentException($"Columns can be normalised in an image of height x width x channels, not in {shape}.");
            }

            if (step.First.Length > 1 && (shape.Rank == 0 || shape[shape.Rank - 1] != step.First.Length))
            {
                throw new ArgumentException($"A preprocessing with {step.First.Length} numbers is for as many channels, not for {shape}.");
            }
        }
    }

    private static Preprocessing? ParseStep(string text)
    {
        (string name, string? list) = text.Split(':', 2) is [var before, var behind] ? (before, behind) : (text, null);
        float[] numbers = list is null
            ? []
            : [.. list.Split(',', MostNumbers + 1).Select(number => float.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) ? value : float.NaN)];
        if (list is not null && (numbers.Length % 2 != 0 || numbers.Length > MostNumbers || !numbers.All(float.IsFinite)))
        {
            return null;
        }

        float[] first = numbers[..(numbers.Length / 2)], second = numbers[(numbers.Length / 2)..];
        return name switch
        {
            ScaleName when list is null => Scale,
            ColumnsName when list is null => L2Columns,
            "minus-one-to-one" when list is null => MinusOneToOne,
            RescaleName when list is not null => Rescale(first, second),
            StandardizeName when list is not null && !second.Contains(0) => Standardize(first, second),
            PixelsName when list is not null && !second.Contains(0) => Scale.Then(Standardize(first, second)),
            _ => null,
        };
    }

    private static float[] Numbers(IReadOnlyList<float> numbers, IReadOnlyList<float> others) => numbers.Count == others.Count && numbers.Count > 0 && numbers.All(float.IsFinite)
        ? [.. numbers]
        : throw new ArgumentException("A preprocessing takes as many numbers of one kind as of the other, and all of them finite.");

    private readonly record struct Step(Kind Kind, float[] First, float[] Second)
    {
        public bool Equals(Step other) => Kind == other.Kind && First.SequenceEqual(other.First) && Second.SequenceEqual(other.Second);

        public override int GetHashCode() => HashCode.Combine(Kind, First.Length);

        public void Apply(Shape shape, Span<float> item)
        {
            switch (Kind)
            {
                case Kind.Scale:
                    TensorPrimitives.Divide(item, 255f, item);
                    break;
                case Kind.L2Columns:
                    NormalizeColumns(item, shape[0], shape[1] * shape[2]);
                    break;
                default:
                    for (int i = 0; i < item.Length; i++)
                    {
                        int channel = i % First.Length;
                        item[i] = Kind == Kind.Rescale ? (item[i] * First[channel]) + Second[channel] : (item[i] - First[channel]) / Second[channel];
                    }

                    break;
            }
        }

        private static void NormalizeColumns(Span<float> item, int rows, int columns)
        {
            for (int column = 0; column < columns; column++)
            {
                double sum = 0;
                for (int row = 0; row < rows; row++)
                {
                    double value = item[(row * columns) + column];
                    sum += value * value;
                }

                float norm = sum == 0 ? 1 : (float)Math.Sqrt(sum);
                for (int row = 0; row < rows; row++)
                {
                    item[(row * columns) + column] /= norm;
                }
            }
        }
    }
}
