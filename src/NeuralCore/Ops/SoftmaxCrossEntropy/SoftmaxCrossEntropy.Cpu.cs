namespace NeuralCore.Ops;

/// <summary>
/// Softmax and cross-entropy with every intermediate in double, so that each result is the float nearest the true one but for
/// a few in a million. Each exponential is computed twice, so that it need not be rounded to be kept; a batch has some
/// thousand of them, 0.03 ms of a step of 17, and is not worth a vector.
/// </summary>
internal static unsafe class SoftmaxCrossEntropyCpu
{
    /// <summary>p = softmax(x), row by row.</summary>
    public static void Softmax(int rows, int classes, float* logits, float* probabilities)
    {
        for (int n = 0; n < rows; n++)
        {
            Row(classes, logits + ((nint)n * classes), probabilities + ((nint)n * classes), out _, out _);
        }
    }

    /// <summary>Softmax, losses and hits.</summary>
    public static void Forward(int rows, int classes, float* logits, int* labels, float* probabilities, float* losses, float* hits)
    {
        for (int n = 0; n < rows; n++)
        {
            float* x = logits + ((nint)n * classes);
            float* p = probabilities + ((nint)n * classes);
            Row(classes, x, p, out float max, out double sum);
            losses[n] = (float)(Math.Log(sum) - ((double)x[labels[n]] - max));
            hits[n] = IndexOfMax(classes, x) == labels[n] ? 1 : 0;
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

    private static void Row(int classes, float* x, float* p, out float max, out double sum)
    {
        max = x[IndexOfMax(classes, x)];
        sum = 0;
        for (int i = 0; i < classes; i++)
        {
            sum += Math.Exp((double)x[i] - max);
        }

        for (int i = 0; i < classes; i++)
        {
            p[i] = (float)(Math.Exp((double)x[i] - max) / sum);
        }
    }
}
