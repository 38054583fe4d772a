#:project Support/NeuralCore.Course.csproj
#:project ../NeuralCore/NeuralCore.csproj
#:property PublishAot=false
using System.Diagnostics;
using NeuralCore;
using NeuralCore.Course;
using NeuralCore.Data;

// Chapter 9: threads without losing a bit. The text is in 09-threads.md.
int[] threadCounts = [1, 2, 3, 8];
var random = new Random(9);
float[] values = [.. Enumerable.Range(0, 4_000_000).Select(_ => random.NextSingle() - 0.3f)];

Check.Section("Sums are not associative");
float first = 1e8f + 1 + -1e8f, second = 1e8f + -1e8f + 1;
Console.WriteLine($"(1e8 + 1) - 1e8 = {first}; (1e8 - 1e8) + 1 = {second}");
Check.That(first != second, "the order of a sum changes its rounding");

Check.Section("A sum of 4 million numbers, cut into one part a thread");
string[] byThreads = [.. threadCounts.Select(threads => Bits(SumByThreads(threads)))];
Print(byThreads);
Check.That(byThreads.Distinct().Count() > 1, "the bits depend on the number of threads");

Check.Section("The same sum, cut into chunks of 4096 on any number of threads");
string[] byChunks = [.. threadCounts.Select(threads => Bits(SumByChunks(threads)))];
Print(byChunks);
Check.That(byChunks.Distinct().Count() == 1, "the bits do not depend on the number of threads");

Check.Section("A race: two threads count to 5 million each, in one variable");
const int Increments = 5_000_000;
int racing = 0, atomic = 0;
double raceTime = 0;
// On a busy machine the two may run one after the other, and lose nothing.
for (var patience = Stopwatch.StartNew(); patience.Elapsed.TotalSeconds < 10 && (racing is 0 or 2 * Increments);)
{
    racing = 0;
    raceTime = OnTwo(_ => Repeat(() => Volatile.Write(ref racing, Volatile.Read(ref racing) + 1)));
}

double atomicTime = OnTwo(_ => Repeat(() => Interlocked.Increment(ref atomic)));
int[] separate = new int[64];
double separateTime = OnTwo(thread => Repeat(() => separate[32 * thread]++));
Console.WriteLine($"read, add 1, write: ~{racing} of {2 * Increments}, in ~{1e3 * raceTime:F0} ms");
Console.WriteLine($"Interlocked.Increment: {atomic}, in ~{1e3 * atomicTime:F0} ms");
Console.WriteLine($"a variable for each thread, added at the end: {separate[0] + separate[32]}, in ~{1e3 * separateTime:F0} ms");
Check.That(racing < 2 * Increments || Environment.ProcessorCount == 1, "two threads that change one variable lose counts");
Check.That(atomic == 2 * Increments && separate[0] + separate[32] == 2 * Increments, "atomic increments and separate variables lose nothing");

Check.Section("A training of the engine's default network, 1280 images");
LabelledImages train = Mnist.Load(Repository.Locate("data/mnist")).Train;
string[] hashes = [.. new[] { 1, 2, 8 }.Select(Train)];
Console.WriteLine($"weights after it, on 1, 2 and 8 threads: {string.Join(", ", hashes.Select(hash => hash[..12]))}");
Check.That(hashes.Distinct().Count() == 1, "2.4 million weights with the same bits on 1, 2 and 8 threads");
Draw();
return Check.ExitCode;

static string Bits(float value) => BitConverter.SingleToUInt32Bits(value).ToString("x8");

void Print(string[] bits)
{
    for (int i = 0; i < threadCounts.Length; i++)
    {
        Console.WriteLine($"on {threadCounts[i]} threads: {bits[i]}");
    }
}

float Sum(int from, int to)
{
    float sum = 0;
    for (int i = from; i < to; i++)
    {
        sum += values[i];
    }

    return sum;
}

float SumByThreads(int threads)
{
    float[] parts = new float[threads];
    Run(threads, thread => parts[thread] = Sum((int)((long)values.Length * thread / threads), (int)((long)values.Length * (thread + 1) / threads)));
    return parts.Aggregate((a, b) => a + b);
}

float SumByChunks(int threads)
{
    const int Chunk = 4096;
    float[] parts = new float[(values.Length + Chunk - 1) / Chunk];
    int next = -1;
    Run(threads, _ =>
    {
        // A thread that is free takes the next chunk; which thread computes a part does not change its bits.
        for (int chunk = Interlocked.Increment(ref next); chunk < parts.Length; chunk = Interlocked.Increment(ref next))
        {
            parts[chunk] = Sum(chunk * Chunk, Math.Min(values.Length, (chunk + 1) * Chunk));
        }
    });
    return parts.Aggregate((a, b) => a + b);
}

static void Run(int threads, Action<int> work)
{
    Thread[] all = [.. Enumerable.Range(0, threads).Select(thread => new Thread(() => work(thread)))];
    Array.ForEach(all, thread => thread.Start());
    Array.ForEach(all, thread => thread.Join());
}

static void Repeat(Action increment)
{
    for (int i = 0; i < Increments; i++)
    {
        increment();
    }
}

static double OnTwo(Action<int> work)
{
    using var together = new Barrier(2);
    long start = Stopwatch.GetTimestamp();
    Run(2, thread =>
    {
        together.SignalAndWait();
        work(thread);
    });
    return Stopwatch.GetElapsedTime(start).TotalSeconds;
}

string Train(int threads)
{
    using Sequential model = Zoo.Seed();
    model.Compile(new Adam(), backend: CpuBackend.Create(threads), seed: 1);
    long start = Stopwatch.GetTimestamp();
    model.Fit(new DatasetSlice(train, 0, 1280), epochs: 1, batchSize: 128);
    Console.WriteLine($"{threads} threads: ~{1280 / Stopwatch.GetElapsedTime(start).TotalSeconds:F0} images/s");
    return model.WeightsSha256();
}

void Draw()
{
    var figure = new Figure(480, 300, "A sum cut by threads, and cut by size");
    figure.Text(20, 24, "cut by threads: the parts and the rounding differ");
    Bar(50, 2, 2, "2 threads");
    Bar(86, 3, 3, "3 threads");
    figure.Text(20, 150, "cut by size: the same parts on any number of threads");
    Bar(176, 12, 2, "2 threads");
    Bar(212, 12, 3, "3 threads");
    figure.Text(20, 270, "colours: which thread computed a part; parts are added from left to right", "start", "soft small");
    figure.Save("09-threads");

    void Bar(double top, int parts, int threads, string name)
    {
        figure.Text(90, top + 18, name, "end", "small");
        for (int i = 0; i < parts; i++)
        {
            // With more parts than threads, threads take them as they become free; the picture shows one such course.
            int thread = parts == threads ? i : ((i * 7) + (i / 4)) % threads;
            figure.Rectangle(100 + (i * 360.0 / parts), top, 360.0 / parts, 26, $"c{thread + 1}", 0.5, "ink");
        }
    }
}
