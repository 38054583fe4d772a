using System.Diagnostics;

namespace NeuralCore.Fuzz;

/// <summary>Opens damaged files of one kind, one after the other, and counts what comes of it.</summary>
public sealed class FuzzRun : IDisposable
{
    private const int MostDamages = 3;

    private readonly FuzzFormat _format;
    private readonly int _seed;
    private readonly string _path;
    private readonly IReadOnlyList<byte[]> _seeds;
    private long _openedAt;

    /// <summary>Makes the sound files.</summary>
    /// <param name="format">The kind of file.</param>
    /// <param name="seed">Decides every damage, together with the number of the execution.</param>
    public FuzzRun(FuzzFormat format, int seed)
    {
        (_format, _seed) = (format, seed);
        _path = Path.Combine(Directory.CreateTempSubdirectory("neuralcore-fuzz-").FullName, "damaged" + format.Extension);
        _seeds = format.MakeSeeds();
        format.WriteCompanions(Path.GetDirectoryName(_path)!);
    }

    /// <summary>The kind of file.</summary>
    public FuzzFormat Format => _format;

    /// <summary>The file that is open, or was last.</summary>
    public string CurrentFile => _path;

    /// <summary>How many files were opened.</summary>
    public int Executions { get; private set; }

    /// <summary>How many of them were refused as documented.</summary>
    public int Refused { get; private set; }

    /// <summary>The most processor time that a file took; what else the machine does is not counted.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>The most bytes that opening a file allocated on the managed heap, twice the file's length not counted.</summary>
    public long MostAllocated { get; private set; }

    /// <summary>How long the file that is open now has been; zero between two files.</summary>
    public TimeSpan Waiting => Volatile.Read(ref _openedAt) is > 0 and var start ? Stopwatch.GetElapsedTime(start) : TimeSpan.Zero;

    /// <summary>The sound files open without complaint.</summary>
    public void OpenSeeds()
    {
        foreach (byte[] seed in _seeds)
        {
            File.WriteAllBytes(_path, seed);
            _format.Open(_path);
        }
    }

    /// <summary>Damages one file and opens it.</summary>
    /// <returns>In one sentence, what about opening it is not as documented; null if all is.</returns>
    public string? Execute()
    {
        byte[] file = Make(Executions++);
        File.WriteAllBytes(_path, file);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan used = Environment.CpuUsage.TotalTime;
        Volatile.Write(ref _openedAt, Stopwatch.GetTimestamp());
        Exception? failure = null;
        try
        {
            _format.Open(_path);
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        Volatile.Write(ref _openedAt, 0);
        TimeSpan time = Environment.CpuUsage.TotalTime - used;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated - (2L * file.Length);
        (Slowest, MostAllocated) = (time > Slowest ? time : Slowest, Math.Max(MostAllocated, allocated));
        Refused += failure is null ? 0 : 1;
        return failure is not null && !_format.IsDocumented(failure)
            ? $"{_format.Name}, seed {_seed}, execution {Executions - 1}: {failure.GetType().Name} is not documented ({failure.Message}; {failure.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("NeuralCore.", StringComparison.Ordinal))?.Trim()})"
            : allocated > _format.MostExtraBytes ? $"{_format.Name}, seed {_seed}, execution {Executions - 1}: allocated {allocated:N0} bytes beside twice the file" : null;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    /// <summary>The damaged file of a number.</summary>
    private byte[] Make(int execution)
    {
        var random = new Random(unchecked((_seed * 1_000_003) + execution));
        byte[] file = _seeds[random.Next(_seeds.Count)];
        for (int i = random.Next(MostDamages); i >= 0 && file.Length > 0; i--)
        {
            file = _format.Damage(file, random);
        }

        return file;
    }
}
