namespace NeuralCore.Course;

/// <summary>A number that counts the multiplications that are done with its kind.</summary>
public readonly record struct Counted(double Value)
{
    /// <summary>The multiplications so far.</summary>
    public static int Multiplications { get; set; }

    /// <summary>The sum.</summary>
    public static Counted operator +(Counted a, Counted b) => new(a.Value + b.Value);

    /// <summary>The difference.</summary>
    public static Counted operator -(Counted a, Counted b) => new(a.Value - b.Value);

    /// <summary>The product, counted.</summary>
    public static Counted operator *(Counted a, Counted b)
    {
        Multiplications++;
        return new(a.Value * b.Value);
    }

    /// <summary>The half, not counted.</summary>
    public Counted Half() => new(Value / 2);
}

/// <summary>The checks of exercise 8.</summary>
public static class Exercise08
{
    /// <summary>Judges F(2, 3).</summary>
    public static int Judge(Func<Counted[], Counted[], (Counted Y0, Counted Y1)> twoOutputs)
    {
        double[] d = [1, -2, 3, 5], g = [2, 0.5, -1];
        return Exercise.Judge(
            8,
            "Write TwoOutputs: compute m0 to m3, and add and subtract them so that all products but the wanted ones cancel.",
            () => Exercise.Same((d[0] * g[0]) + (d[1] * g[1]) + (d[2] * g[2]), Outputs().Y0, "y0"),
            () => Exercise.Same((d[1] * g[0]) + (d[2] * g[1]) + (d[3] * g[2]), Outputs().Y1, "y1"),
            () =>
            {
                Counted.Multiplications = 0;
                Outputs();
                return Counted.Multiplications <= 4 ? null : $"the outputs are right, by {Counted.Multiplications} multiplications; four are enough.";
            });

        (double Y0, double Y1) Outputs()
        {
            (Counted y0, Counted y1) = twoOutputs([.. d.Select(value => new Counted(value))], [.. g.Select(value => new Counted(value))]);
            return (y0.Value, y1.Value);
        }
    }
}
