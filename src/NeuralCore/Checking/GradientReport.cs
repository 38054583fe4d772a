using System.Globalization;
using System.Text;

namespace NeuralCore;

/// <summary>What a <see cref="GradientCheck"/> found.</summary>
/// <param name="Subject">What was checked.</param>
/// <param name="Batch">The items of the batch.</param>
/// <param name="Seed">The key of its random numbers.</param>
/// <param name="Tensors">What was found for each input and each parameter.</param>
public sealed record GradientReport(string Subject, int Batch, ulong Seed, IReadOnlyList<TensorGradient> Tensors)
{
    /// <summary>Whether every gradient that was checked agrees with its slope, and at least one was.</summary>
    public bool Passed => Tensors.Any(tensor => tensor.Checked > 0) && Tensors.All(tensor => tensor.Passed);

    /// <summary>One line, and one more for each tensor.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{(Passed ? "passed" : "FAILED")}: {Subject}, batch {Batch}, seed {Seed}");
        int width = Tensors.Select(tensor => tensor.Name.Length).DefaultIfEmpty().Max();
        foreach (TensorGradient tensor in Tensors)
        {
            text.AppendLine().Append("  ").Append(tensor.Name.PadRight(width)).Append("  ").Append(tensor.Findings);
        }

        return text.ToString();
    }
}

/// <summary>What a <see cref="GradientCheck"/> found for one tensor.</summary>
/// <param name="Name">The tensor: the name of an input or a parameter.</param>
/// <param name="Shape">Its shape; of an input with the batch in front.</param>
/// <param name="Checked">How many of its elements were compared.</param>
/// <param name="Kinks">How many more were skipped, because the function has a kink there.</param>
/// <param name="Wrong">How many of those compared are off.</param>
/// <param name="Worst">The element that is off most; null if none was compared.</param>
public sealed record TensorGradient(string Name, Shape Shape, int Checked, int Kinks, int Wrong, GradientElement? Worst)
{
    /// <summary>Whether none is off.</summary>
    public bool Passed => Wrong == 0;

    internal string Findings
    {
        get
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"{Shape}: {Checked} of {Shape.Count} checked");
            if (Kinks > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $", {Kinks} at a kink skipped");
            }

            if (Wrong > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $", {Wrong} WRONG");
            }

            if (Worst is { } worst)
            {
                text.Append(CultureInfo.InvariantCulture, $"; worst at [{string.Join(", ", worst.Index)}]: gradient {worst.Gradient:G9}, slope {worst.Slope:G9}, off by {worst.Error:G3}");
            }

            return text.ToString();
        }
    }
}

/// <summary>One element of a gradient beside the slope that it should be.</summary>
/// <param name="Index">Where it is in its tensor.</param>
/// <param name="Gradient">What was computed.</param>
/// <param name="Slope">What the function shows.</param>
/// <param name="Tolerance">What it may be off.</param>
public sealed record GradientElement(IReadOnlyList<int> Index, double Gradient, double Slope, double Tolerance)
{
    /// <summary>What it is off.</summary>
    public double Error => Math.Abs(Gradient - Slope);

    /// <summary>The error in tolerances; infinite where something is no number.</summary>
    internal double Severity => double.IsFinite(Error) ? Error / Tolerance : double.PositiveInfinity;
}
