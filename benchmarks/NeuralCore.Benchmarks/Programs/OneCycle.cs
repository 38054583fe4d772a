using NeuralCore.Training;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>
/// The one-cycle schedule as PyTorch's OneCycleLR has it by default (Smith and Topin, "Super-convergence", 2017, with
/// cosines for lines): from peak / 25 up to the peak over the first 30 % of the steps, then down to peak / 250,000.
/// </summary>
internal sealed class OneCycle(Adam optimizer, double peak) : Callback
{
    private const double RisingPart = 0.3;
    private const double StartDivisor = 25;
    private const double EndDivisor = 1e4;
    private int _done;
    private int _steps;

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="steps">How many there are.</param>
    /// <param name="peak">The highest rate.</param>
    public static double Rate(int step, int steps, double peak)
    {
        double top = (RisingPart * steps) - 1;
        double start = peak / StartDivisor;
        return step <= top
            ? Cosine(start, peak, step / top)
            : Cosine(peak, start / EndDivisor, (step - top) / (steps - 1 - top));
    }

    /// <inheritdoc/>
    public override void OnEpochBegin(int epoch, int epochs, int steps)
    {
        if (epoch == 1)
        {
            (_done, _steps) = (0, epochs * steps);
            optimizer.LearningRate = Rate(0, _steps, peak);
        }
    }

    /// <inheritdoc/>
    public override void OnStepEnd(in StepProgress progress)
    {
        if (++_done < _steps)
        {
            optimizer.LearningRate = Rate(_done, _steps, peak);
        }
    }

    private static double Cosine(double from, double to, double progress) =>
        to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * progress)));
}
