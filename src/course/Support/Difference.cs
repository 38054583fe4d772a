namespace NeuralCore.Course;

/// <summary>Derivatives by trying: the function a little to the right and a little to the left. Chapter 1 explains it.</summary>
public static class Difference
{
    /// <summary>The derivative of <paramref name="f"/> by one element of an array that it reads; the element is put back.</summary>
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
