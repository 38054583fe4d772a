namespace NeuralCore.Course;

/// <summary>The statements that a chapter makes, each printed with its outcome. A chapter returns <see cref="ExitCode"/>.</summary>
public static class Check
{
    private static int _failed;

    /// <summary>0 if everything held, else 1.</summary>
    public static int ExitCode => _failed == 0 ? 0 : 1;

    /// <summary>Prints a section's heading.</summary>
    public static void Section(string heading) => Console.WriteLine($"{Environment.NewLine}{heading}");

    /// <summary>States something that has to hold.</summary>
    public static void That(bool holds, string statement)
    {
        Console.WriteLine($"{(holds ? "[ok]" : "[FAILED]")} {statement}");
        _failed += holds ? 0 : 1;
    }

    /// <summary>
    /// States something about speed. If it does not hold while other programs took a part of the processor, or the processor's own speed
    /// changed during the measurement, that is printed and is no failure.
    /// </summary>
    /// <param name="holds">Whether it holds.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="clock">The stopwatches that measured it.</param>
    public static void Speed(bool holds, string statement, Stopwatches clock)
    {
        if (!holds && clock.Disturbed is { } reason)
        {
            Console.WriteLine($"[skipped] {statement}: {reason}; run it again on an idle machine");
            return;
        }

        That(holds, statement);
    }
}
