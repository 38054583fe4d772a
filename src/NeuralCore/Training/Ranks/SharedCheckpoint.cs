namespace NeuralCore;

/// <summary>Gives all ranks the checkpoint that rank 0 goes on from.</summary>
internal static class SharedCheckpoint
{
    /// <summary>Numbers that are missing are a NaN with bits of its own.</summary>
    private static readonly double Missing = BitConverter.UInt64BitsToDouble(0x7FF8_0000_6D69_7373);

    /// <summary>Shares it.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="own">The checkpoint; only that of rank 0 counts, and may be null.</param>
    /// <param name="learner">What will be trained.</param>
    /// <returns>The checkpoint of rank 0; null where it begins anew.</returns>
    /// <exception cref="RankException">A rank does not answer.</exception>
    public static Checkpoint? Share(Communicator ranks, Checkpoint? own, Learner learner)
    {
        byte[] position = ranks.Rank == 0 && own is not null ? Write(own) : [];
        int[] lengths = [position.Length];
        ranks.AllGatherAtStart(lengths.AsSpan(), FirstHas(ranks, 1));
        if (lengths[0] == 0)
        {
            return null;
        }

        byte[] shared = ranks.Rank == 0 ? position : new byte[lengths[0]];
        FromFirst(ranks, shared);
        Checkpoint checkpoint = ranks.Rank == 0 ? own! : Read(shared, learner);
        foreach (float[] values in checkpoint.Values.Concat(checkpoint.Average ?? []).Concat(checkpoint.Optimizer.SelectMany(state => state.Values)))
        {
            FromFirst(ranks, values);
        }

        return checkpoint;
    }

    private static void FromFirst<T>(Communicator ranks, T[] values)
        where T : unmanaged => ranks.AllGather(values.AsSpan(), FirstHas(ranks, values.Length));

    /// <summary>The parts of a gathering to which rank 0 alone contributes.</summary>
    private static int[] FirstHas(Communicator ranks, int count) => [0, .. Enumerable.Repeat(count, ranks.Size)];

    private static byte[] Write(Checkpoint checkpoint)
    {
        TrainingPosition position = checkpoint.Position;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(checkpoint.Average is not null);
        writer.Write(position.Seed);
        writer.Write(position.Steps);
        writer.Write(position.Epochs);
        writer.Write(position.StepsPerEpoch);
        writer.Write(position.Optimizer);
        writer.Write(position.Part.Step);
        writer.Write(position.Part.Images);
        WriteNumbers(writer, [position.Part.LossSum, position.Part.HitSum, position.Part.Seconds]);
        Write(writer, position.Part.MetricSums);
        writer.Write(position.History.Count);
        foreach (EpochResult epoch in position.History)
        {
            writer.Write(epoch.Epoch);
            WriteNumbers(writer, [epoch.Loss, epoch.Accuracy, epoch.ValidationLoss, epoch.ValidationAccuracy, epoch.TrainImagesPerSecond, epoch.ValidationImagesPerSecond, epoch.Seconds]);
            Write(writer, epoch.Metrics);
            Write(writer, epoch.ValidationMetrics);
        }

        writer.Flush();
        return stream.ToArray();
    }

    private static Checkpoint Read(byte[] bytes, Learner learner)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        Checkpoint checkpoint = learner.NewCheckpoint(hasAverage: reader.ReadBoolean());
        (ulong seed, long steps, int epochs, int stepsPerEpoch, string optimizer) = (reader.ReadUInt64(), reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadString());
        (int step, int images) = (reader.ReadInt32(), reader.ReadInt32());
        var part = new EpochPart(step, images, reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()) { MetricSums = ReadMetrics(reader) };
        EpochResult[] history = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => ReadEpoch(reader))];
        checkpoint.Position = new TrainingPosition(seed, steps, epochs, stepsPerEpoch, part, history) { Optimizer = optimizer };
        return checkpoint;
    }

    private static EpochResult ReadEpoch(BinaryReader reader)
    {
        int epoch = reader.ReadInt32();
        double[] numbers = [.. Enumerable.Range(0, 7).Select(_ => reader.ReadDouble())];
        return new EpochResult(epoch, numbers[0], numbers[1], OrNull(numbers[2]), OrNull(numbers[3]), numbers[4], OrNull(numbers[5]), numbers[6])
        {
            Metrics = ReadMetrics(reader) ?? [],
            ValidationMetrics = ReadMetrics(reader) ?? [],
        };
    }

    private static double? OrNull(double number) => BitConverter.DoubleToUInt64Bits(number) == BitConverter.DoubleToUInt64Bits(Missing) ? null : number;

    private static void WriteNumbers(BinaryWriter writer, ReadOnlySpan<double?> numbers)
    {
        foreach (double? number in numbers)
        {
            writer.Write(number ?? Missing);
        }
    }

    private static void Write(BinaryWriter writer, IReadOnlyDictionary<string, double>? metrics)
    {
        writer.Write(metrics?.Count ?? -1);
        foreach ((string name, double value) in metrics ?? new Dictionary<string, double>())
        {
            writer.Write(name);
            writer.Write(value);
        }
    }

    private static Dictionary<string, double>? ReadMetrics(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        return count < 0 ? null : Enumerable.Range(0, count).Select(_ => (reader.ReadString(), reader.ReadDouble())).ToDictionary();
    }
}
