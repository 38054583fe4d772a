namespace NeuralCore.Course;

/// <summary>The checks of exercise 2.</summary>
public static class Exercise02
{
    /// <summary>Judges a walk backwards.</summary>
    public static int Judge(Func<(int Input, double Slope)[][], double[]> backward) => Exercise.Judge(
        2,
        "Write Backward: the last number's gradient is 1; go from the last number to the first, and give each input its part.",
        () => Exercise.Same([6, 2, 1], backward([[], [(0, 3)], [(1, 2)]]), "In a chain y = 2 (3 x), where slopes multiply, the gradient"),
        () => Exercise.Same(
            [7, 1, 1, 1],
            backward([[], [(0, 2), (0, 2)], [(0, 3)], [(1, 1), (2, 1)]]),
            "In y = x x + 3 x at x = 2, where x has three readers whose parts are to be added, the gradient"),
        () => Exercise.Same([0, 5, 1], backward([[], [], [(1, 5)]]), "Where a number is not read by anything, its derivative is 0: the gradient"));
}
