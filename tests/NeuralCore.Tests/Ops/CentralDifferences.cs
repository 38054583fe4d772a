namespace NeuralCore.Tests.Ops;

/// <summary>Holds an analytic gradient against the slope that a function shows when one variable is moved a little.</summary>
internal static class CentralDifferences
{
    /// <summary>How far a variable is moved. In double the slope then errs by some 1e-10 from rounding and 1e-12 from curvature.</summary>
    public const double Epsilon = 1e-6;

    private const double AbsoluteTolerance = 1e-7;
    private const double RelativeTolerance = 1e-5;

    /// <summary>Checks the gradient of sum(weight * f(x)) with respect to x.</summary>
    /// <param name="what">The gradient's name.</param>
    /// <param name="variables">x; moved and put back.</param>
    /// <param name="f">The function, which reads the variables where they lie.</param>
    /// <param name="weight">One number an output of f, random so that no error can cancel.</param>
    /// <param name="gradient">The analytic gradient.</param>
    /// <param name="only">The variables to check; all if null.</param>
    public static void Check(
        string what, double[] variables, Func<double[]> f, double[] weight, double[] gradient, IEnumerable<int>? only = null)
    {
        foreach (int i in only ?? Enumerable.Range(0, variables.Length))
        {
            double original = variables[i];
            variables[i] = original + Epsilon;
            double[] above = f();
            variables[i] = original - Epsilon;
            double[] below = f();
            variables[i] = original;

            // Differences first, sum second: the outputs that do not depend on this variable then cancel exactly.
            double slope = 0;
            for (int j = 0; j < weight.Length; j++)
            {
                slope += weight[j] * (above[j] - below[j]) / (2 * Epsilon);
            }

            Agreement.Within(what, i, slope, AbsoluteTolerance + (RelativeTolerance * Math.Abs(slope)), gradient[i]);
        }
    }
}
