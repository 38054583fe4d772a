using System.Numerics.Tensors;

namespace NeuralCore.Ops;

/// <summary>
/// Softmax and cross-entropy with every intermediate in double, so that each result is the float nearest the true one but for
/// a few in a million. The exponentials of a row are computed as a vector: one thread does a whole batch while the others wait.
/// </summary>
internal static unsafe class SoftmaxCrossEntropyCpu
{
    /// <summary>The classes whose exponentials lie on the stack.</summary>
    private const int MostOnStack = 256;

    /// <summary>p = softmax(x), row by row.</summary>
    public static void Softmax(int rows, int classes, float* logits, float* probabilities)
    {
        Span<double> exponentials = classes <= MostOnStack ? stackalloc double[classes] : new double[classes];
        for (int n = 0; n < rows; n++)
        {
            Row(logits + ((nint)n * classes), probabilities + ((nint)n * classes), exponentials, out _, out _);
        }
    }

    /// <summary>Softmax, losses and hits.</summary>
    public static void Forward(int rows, int classes, float* logits, int* labels, float* probabilities, float* losses, float* hits)
    {
        Span<double> exponentials = classes <= MostOnStack ? stackalloc double[classes] : new double[classes];
        for (int n = 0; n < rows; n++)
        {
            float* x = logits + ((nint)n * classes);
            Row(x, probabilities + ((nint)n * classes), exponentials, out int best, out double sum);
            losses[n] = (float)(Math.Log(sum) - ((double)x[labels[n]] - x[best]));
            hits[n] = best == labels[n] ? 1 : 0;
        }
    }

    /// <summary>dx = (p - onehot(label)) / rows.</summary>
    public static void Backward(int rows, int classes, float* probabilities, int* labels, float* dLogits)
    {
        for (int n = 0; n < rows; n++)
        {
            for (int i = 0; i < classes; i++)
            {
                nint at = ((nint)n * classes) + i;
                dLogits[at] = (probabilities[at] - (i == labels[n] ? 1 : 0)) / rows;
            }
        }
    }

    private static int IndexOfMax(int classes, float* values)
    {
        int best = 0;
        for (int i = 1; i < classes; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }

    private static void Row(float* x, float* p, Span<double> exponentials, out int best, out double sum)
    {
        best = IndexOfMax(exponentials.Length, x);
        for (int i = 0; i < exponentials.Length; i++)
        {
            exponentials[i] = (double)x[i] - x[best];
        }

        TensorPrimitives.Exp<double>(exponentials, exponentials);
        sum = 0;
        foreach (double exponential in exponentials)
        {
            sum += exponential;
        }

        for (int i = 0; i < exponentials.Length; i++)
        {
            p[i] = (float)(exponentials[i] / sum);
        }
    }
}
