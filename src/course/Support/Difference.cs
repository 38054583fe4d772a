namespace NeuralCore.Course;

/// <summary>Central differences: derivatives from the function a little to the right and a little to the left. Chapter 1 explains them.</summary>
public static class Difference
{
    /// <summary>(f(x + step) - f(x - step)) / (2 step), nearly the derivative of f by one element of an array that it reads; the element is put back.</summary>
    /// <param name="f">The function.</param>
    /// <param name="values">The array.</param>
    /// <param name="index">The element's place in it.</param>
    /// <param name="step">How far to go to each side. The error falls with its square; rounding adds about 1e-16 of f, divided by the step.</param>
    public static double Central(Func<double> f, double[] values, int index, double step = 1e-5)
    {
        double value = values[index];
        values[index] = value + step;
        double above = f();
        values[index] = value - step;
        double below = f();
        values[index] = value;
        return (above - below) / (2 * step);
    }

    /// <summary>The largest difference between a gradient and central differences, relative to the derivative where that is above 1.</summary>
    /// <param name="f">The function.</param>
    /// <param name="values">The array that it reads.</param>
    /// <param name="gradient">The derivative by each of its elements, as many.</param>
    /// <param name="step">How far to go to each side.</param>
    public static double LargestError(Func<double> f, double[] values, double[] gradient, double step = 1e-5)
    {
        double largest = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double expected = Central(f, values, i, step);
            largest = Math.Max(largest, Math.Abs(gradient[i] - expected) / Math.Max(1, Math.Abs(expected)));
        }

        return largest;
    }
}
