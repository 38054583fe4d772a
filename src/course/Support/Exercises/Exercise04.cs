namespace NeuralCore.Course;

/// <summary>The checks of exercise 4.</summary>
public static class Exercise04
{
    /// <summary>Judges the gradient of an average-pooling.</summary>
    public static int Judge(Func<double[], int, int, double[]> averagePoolBackward) => Exercise.Judge(
        4,
        "Write AveragePoolBackward: when one input grows by 1, its window's mean grows by 1/4, so each input gets a quarter of its window's gradient.",
        () => Exercise.Same([2, 2, 2, 2], averagePoolBackward([8], 2, 2), "For one window with the gradient 8, dx"),
        () => Exercise.Same(
            [1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 4, 4, 5, 5, 6, 6],
            averagePoolBackward([4, 8, 12, 16, 20, 24], 4, 6),
            "For 4 x 6 pixels with the gradients 4, 8, 12, 16, 20, 24, dx"));
}
