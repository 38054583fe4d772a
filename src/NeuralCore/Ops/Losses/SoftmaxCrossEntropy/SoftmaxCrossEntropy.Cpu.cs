using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NeuralCore.Kernels;

namespace NeuralCore.Ops;

/// <summary>
/// Softmax and cross-entropy with every intermediate in double, so that each result is the float nearest the true one but for
/// a few in a million. The exponentials of a row are computed in vectors: one thread does a whole batch while the others wait.
/// </summary>
internal static unsafe class SoftmaxCrossEntropyCpu
{
    /// <summary>The classes whose exponentials lie on the stack.</summary>
    private const int MostOnStack = 256;

    /// <summary>p = softmax(x), row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(int rows, int classes, float* logits, float* probabilities)
    {
        int room = Room(classes);
        fixed (double* exponentials = room <= MostOnStack ? stackalloc double[room] : new double[room])
        {
            for (int n = 0; n < rows; n++)
            {
                Row(classes, logits + ((nint)n * classes), probabilities + ((nint)n * classes), exponentials, out _, out _);
            }
        }
    }

    /// <summary>dx = p (dp - sum of dp p), row by row; the sum in double.</summary>
    public static void SoftmaxBackward(int rows, int classes, float* probabilities, float* dProbabilities, float* dLogits)
    {
        for (int n = 0; n < rows; n++)
        {
            float* p = probabilities + ((nint)n * classes), dp = dProbabilities + ((nint)n * classes), dx = dLogits + ((nint)n * classes);
            double sum = 0;
            for (int j = 0; j < classes; j++)
            {
                sum += (double)dp[j] * p[j];
            }

            for (int i = 0; i < classes; i++)
            {
                dx[i] = (float)(p[i] * (dp[i] - sum));
            }
        }
    }

    /// <summary>Softmax, losses and hits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(int rows, int classes, float* logits, int* labels, float* probabilities, float* losses, float* hits)
    {
        int room = Room(classes);
        fixed (double* exponentials = room <= MostOnStack ? stackalloc double[room] : new double[room])
        {
            for (int n = 0; n < rows; n++)
            {
                float* x = logits + ((nint)n * classes);
                Row(classes, x, probabilities + ((nint)n * classes), exponentials, out int best, out double sum);
                losses[n] = (float)(Math.Log(sum) - ((double)x[labels[n]] - x[best]));
                hits[n] = best == labels[n] ? 1 : 0;
            }
        }
    }

    /// <summary>The same with targets that are more than labels; a loss is summed in double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(
        in CrossEntropyShape shape, int rows, float* logits, CrossEntropyTargets<float> targets, float* probabilities, float* losses, float* hits)
    {
        int classes = shape.Classes, room = Room(classes);
        fixed (double* exponentials = room <= MostOnStack ? stackalloc double[room] : new double[room])
        {
            for (int n = 0; n < rows; n++)
            {
                float* x = logits + ((nint)n * classes);
                Row(classes, x, probabilities + ((nint)n * classes), exponentials, out int best, out double sum);
                double loss = 0, log = Math.Log(sum);
                for (int i = 0; i < classes; i++)
                {
                    loss += targets[n, i] == 0 ? 0 : targets[n, i] * (log - ((double)x[i] - x[best]));
                }

                losses[n] = (float)loss;
                hits[n] = best == targets.Class(n) ? 1 : 0;
            }
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

    /// <summary>The length of a buffer for all classes: a whole number of vectors.</summary>
    private static int Room(int classes) => Blocking.Chunks(classes, Vector512<double>.Count) * Vector512<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int IndexOfMax(int classes, float* values)
    {
        int best = 0;
        for (int i = 1; i < classes; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }

    /// <summary>One row; of the exponentials what lies behind the classes is room for whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(int classes, float* x, float* p, double* exponentials, out int best, out double sum)
    {
        best = IndexOfMax(classes, x);
        for (int i = 0; i < classes; i++)
        {
            exponentials[i] = (double)x[i] - x[best];
        }

        // What fills the last vector stays small, since numbers too large for an exponential take a way of their own.
        new Span<double>(exponentials + classes, Room(classes) - classes).Clear();
        for (int i = 0; i < classes; i += Vector512<double>.Count)
        {
            Vector512.Exp(Vector512.Load(exponentials + i)).Store(exponentials + i);
        }

        sum = 0;
        for (int i = 0; i < classes; i++)
        {
            sum += exponentials[i];
        }

        for (int i = 0; i < classes; i++)
        {
            p[i] = (float)(exponentials[i] / sum);
        }
    }
}
