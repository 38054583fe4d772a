namespace NeuralCore.Course;

/// <summary>Judges the answer to an exercise.</summary>
public static class Exercise
{
    /// <summary>
    /// Runs checks in turn and stops at the first that does not hold. A check gives null, or a sentence that says what is wrong and what to do.
    /// </summary>
    /// <param name="chapter">The chapter's number.</param>
    /// <param name="task">What to write, as one sentence; it is what an exercise says that has not been begun.</param>
    /// <param name="checks">The checks.</param>
    /// <returns>The exit code: 0 if all checks held, else 1.</returns>
    public static int Judge(int chapter, string task, params Func<string?>[] checks)
    {
        foreach (Func<string?> check in checks)
        {
            string? complaint;
            try
            {
                complaint = check();
            }
            catch (NotImplementedException)
            {
                complaint = "not written yet. " + task;
            }
            catch (Exception exception) when (exception is IndexOutOfRangeException or ArgumentException or NullReferenceException)
            {
                complaint = $"the answer stopped with \"{exception.Message}\" Look at the indices it uses, and at the page of chapter {chapter}.";
            }

            if (complaint is not null)
            {
                Console.WriteLine($"Exercise {chapter}: {complaint}");
                return 1;
            }
        }

        Console.WriteLine($"Exercise {chapter}: all checks hold.");
        return 0;
    }

    /// <summary>A sentence if two numbers differ by more than the tolerance, relative to the expected number where that is above 1; else null.</summary>
    public static string? Same(double expected, double actual, string what, double tolerance = 1e-6) =>
        Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected))
            ? null
            : FormattableString.Invariant($"{what} should be {expected:G6} and is {actual:G6}.");

    /// <summary>A sentence about the first element in which two arrays differ, else null.</summary>
    public static string? Same(IReadOnlyList<double> expected, IReadOnlyList<double> actual, string what, double tolerance = 1e-6)
    {
        if (expected.Count != actual.Count)
        {
            return $"{what} should have {expected.Count} elements and has {actual.Count}.";
        }

        return Enumerable.Range(0, expected.Count).Select(i => Same(expected[i], actual[i], $"{what}, element {i},", tolerance)).FirstOrDefault(text => text is not null);
    }
}
