using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>What was taken for what, and what follows from it.</summary>
public sealed class ConfusionMatrixTests
{
    [Fact]
    public void Counts_become_precision_recall_and_F1()
    {
        // Label 0: 3 right, 1 taken for 1. Label 1: 2 right, 2 taken for 0. Label 2: never seen, once predicted for 1.
        var matrix = new ConfusionMatrix(4);
        Add(matrix, 0, 0, 3);
        Add(matrix, 0, 1, 1);
        Add(matrix, 1, 0, 2);
        Add(matrix, 1, 1, 2);
        Add(matrix, 1, 2, 1);

        Assert.Equal((3, 1, 2), (matrix[0, 0], matrix[0, 1], matrix[1, 0]));
        Assert.Equal((4, 5, 0), (matrix.Support(0), matrix.Support(1), matrix.Support(2)));
        Assert.Equal((5, 3, 1), (matrix.Predicted(0), matrix.Predicted(1), matrix.Predicted(2)));
        Assert.Equal(3.0 / 5, matrix.Precision(0));
        Assert.Equal(3.0 / 4, matrix.Recall(0));
        Assert.Equal(2 * 0.6 * 0.75 / (0.6 + 0.75), matrix.F1(0), 1e-15);
        Assert.Equal(0, matrix.Precision(2));
        Assert.Equal(0, matrix.F1(2));
    }

    [Fact]
    public void What_can_not_be_said_is_NaN()
    {
        var matrix = new ConfusionMatrix(2);
        Assert.True(double.IsNaN(matrix.Precision(0)));
        Assert.True(double.IsNaN(matrix.Recall(0)));
        Assert.True(double.IsNaN(matrix.F1(0)));
    }

    private static void Add(ConfusionMatrix matrix, int label, int prediction, int times)
    {
        for (int i = 0; i < times; i++)
        {
            matrix.Add(label, prediction);
        }
    }
}
