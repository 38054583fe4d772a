namespace NeuralCore.Course;

/// <summary>The checks of exercise 10.</summary>
public static class Exercise10
{
    /// <summary>Judges a round of a block's sum.</summary>
    public static int Judge(Action<float[], int, int> round)
    {
        return Exercise.Judge(
            10,
            "Write Round: a thread below 'active' adds shared[thread + active] to shared[thread]; the others do nothing.",
            () => Exercise.Same(36, Sum(8, threads => threads), "With the threads of a block of 8 in order, the sum of 1 to 8"),
            () => Exercise.Same(36, Sum(8, threads => threads.Reverse()), "With the threads of each round in the reverse order (a round must not read what another thread of it writes), the sum of 1 to 8"),
            () => Exercise.Same(2080, Sum(64, threads => threads.OrderBy(thread => (thread * 37) % 64)), "With 64 threads in a mixed order, the sum of 1 to 64"));

        double Sum(int count, Func<IEnumerable<int>, IEnumerable<int>> order)
        {
            float[] shared = [.. Enumerable.Range(1, count).Select(value => (float)value)];
            for (int active = count / 2; active > 0; active /= 2)
            {
                foreach (int thread in order(Enumerable.Range(0, count)))
                {
                    round(shared, thread, active);
                }
            }

            return shared[0];
        }
    }
}
