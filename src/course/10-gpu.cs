#:project Support/NeuralCore.Course.csproj
#:project ../NeuralCore.Gpu/NeuralCore.Gpu.csproj
#:property PublishAot=false
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using NeuralCore.Course;

// Chapter 10: the matrix product on a GPU. The text is in 10-gpu.md.

Check.Section("One block of 2 x 2 threads, stepped through: c = a b for matrices of 4 x 4");
float[] a = [1, 2, 0, 1, 0, 1, 3, 2, 2, 0, 1, 1, 1, 1, 0, 2], b = [1, 0, 2, 1, 3, 1, 0, 2, 1, 2, 1, 0, 0, 1, 1, 3];
float[] expected = Multiply(a, b, 4), stepped = new float[16];
for (int block = 0; block < 4; block++)
{
    new SteppedBlock(a, b, stepped, block / 2, block % 2).Run(withBarriers: true, print: block == 1);
}

Check.That(stepped.AsSpan().SequenceEqual(expected), "four blocks give the product");
float[] raced = new float[16];
for (int block = 0; block < 4; block++)
{
    new SteppedBlock(a, b, raced, block / 2, block % 2).Run(withBarriers: false, print: false);
}

Console.WriteLine($"without barriers, c[0,2] is {raced[2]} instead of {expected[2]}");
Check.That(!raced.AsSpan().SequenceEqual(expected), "without barriers, threads read what others have not loaded yet");

Check.Section("The same kernel on a device");
// On Linux the drivers' libraries have names with a version, which ILGPU does not ask for.
NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, (name, _, _) =>
    name is "OpenCL" or "cuda" && OperatingSystem.IsLinux() && NativeLibrary.TryLoad($"lib{name}.so.1", out nint library) ? library : 0);
using Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2).CPU(new CPUDevice(4, 64, 1)).Cuda().OpenCL(AcceptAll));
Device device = context.Devices.OrderBy(candidate => candidate.AcceleratorType switch
{
    AcceleratorType.Cuda => 0,
    AcceleratorType.OpenCL => 1,
    _ => 2,
}).First();
using Accelerator accelerator = device.CreateAccelerator(context);
int n = device.AcceleratorType == AcceleratorType.CPU ? 64 : 512;
Console.WriteLine($"~{device.AcceleratorType}: ~{device.Name.Replace(' ', '-')}; matrices of ~{n} x ~{n}");

var random = new Random(10);
float[] left = Whole(n * n), right = Whole(n * n), wanted = Multiply(left, right, n);
using MemoryBuffer1D<float, Stride1D.Dense> deviceLeft = accelerator.Allocate1D(left), deviceRight = accelerator.Allocate1D(right), result = accelerator.Allocate1D<float>(n * n);
Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, int> simple =
    accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, int>(Kernels.Simple);
Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, int> tiled =
    accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, int>(Kernels.Tiled);
double simpleTime = Time(simple, "each thread reads its row and column"), tiledTime = Time(tiled, "each block reads tiles together");
Console.WriteLine($"loads from device memory for each product: 2 and 1/{Kernels.Tile / 2}; the tiled kernel takes ~{tiledTime / simpleTime:F2} of the time");
Draw();
return Check.ExitCode;

double Time(Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, int> kernel, string name)
{
    var config = new KernelConfig(new Index2D(n / Kernels.Tile, n / Kernels.Tile), new Index2D(Kernels.Tile, Kernels.Tile));
    double least = double.MaxValue;
    for (int run = 0; run < 3; run++)
    {
        result.MemSetToZero();
        accelerator.Synchronize();
        long start = Stopwatch.GetTimestamp();
        kernel(config, deviceLeft.View, deviceRight.View, result.View, n);
        accelerator.Synchronize();
        least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    Console.WriteLine($"{name}: ~{1e3 * least:F2} ms, ~{2.0 * n * n * n / least / 1e9:F1} GFLOP/s");
    Check.That(result.GetAsArray1D().AsSpan().SequenceEqual(wanted), "it gives the product, to the bit: the matrices hold small whole numbers");
    return least;
}

float[] Whole(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-2, 3))];

static float[] Multiply(float[] a, float[] b, int n)
{
    float[] c = new float[n * n];
    for (int i = 0; i < n; i++)
    {
        for (int k = 0; k < n; k++)
        {
            for (int j = 0; j < n; j++)
            {
                c[(i * n) + j] += a[(i * n) + k] * b[(k * n) + j];
            }
        }
    }

    return c;
}

// ILGPU asks an OpenCL device for a property that some drivers have and do not report: PoCL, which runs kernels on the processor, is one.
static bool AcceptAll(CLDevice candidate)
{
    typeof(CLCapabilityContext).GetProperty(nameof(CLCapabilityContext.GenericAddressSpace), BindingFlags.Public | BindingFlags.Instance)
        ?.SetValue(candidate.Capabilities, true);
    return true;
}

void Draw()
{
    var figure = new Figure(480, 290, "A product by blocks of threads: one tile of c, and the tiles of a and b that its block loads one after the other");
    Matrix(20, 120, "a", (row, column) => row == 1 ? "c1" : null);
    Matrix(180, 120, "b", (row, column) => column == 2 ? "c3" : null);
    Matrix(340, 120, "c", (row, column) => row == 1 && column == 2 ? "c2" : null);
    figure.Text(20, 30, "the block of the coloured tile of c goes through four steps:");
    figure.Text(20, 52, "step k: load the k-th coloured tile of a and of b into shared memory", "start", "small");
    figure.Text(20, 70, "barrier; each thread adds 16 products; barrier", "start", "small");
    figure.Text(20, 272, "one square: a tile of 16 x 16 numbers, one number a thread", "start", "soft small");
    figure.Save("10-gpu");

    void Matrix(double left, double top, string name, Func<int, int, string?> colour)
    {
        figure.Text(left, top - 10, name);
        int step = 0;
        for (int row = 0; row < 4; row++)
        {
            for (int column = 0; column < 4; column++)
            {
                string? fill = colour(row, column);
                figure.Rectangle(left + (column * 30), top + (row * 30), 30, 30, fill ?? "none", 0.5, "ink");
                if (fill is not null && name != "c")
                {
                    figure.Text(left + (column * 30) + 15, top + (row * 30) + 20, $"{++step}", "middle");
                }
            }
        }
    }
}

/// <summary>The kernels: what one thread does.</summary>
internal static class Kernels
{
    /// <summary>The rows and columns of a block's tile.</summary>
    public const int Tile = 16;

    public static void Simple(ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, int n)
    {
        int row = (Grid.IdxY * Tile) + Group.IdxY, column = (Grid.IdxX * Tile) + Group.IdxX;
        float sum = 0;
        for (int k = 0; k < n; k++)
        {
            sum += a[(row * n) + k] * b[(k * n) + column];
        }

        c[(row * n) + column] = sum;
    }

    public static void Tiled(ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, int n)
    {
        ArrayView<float> tileA = SharedMemory.Allocate<float>(Tile * Tile), tileB = SharedMemory.Allocate<float>(Tile * Tile);
        int y = Group.IdxY, x = Group.IdxX, row = (Grid.IdxY * Tile) + y, column = (Grid.IdxX * Tile) + x;
        float sum = 0;
        for (int from = 0; from < n; from += Tile)
        {
            tileA[(y * Tile) + x] = a[(row * n) + from + x];
            tileB[(y * Tile) + x] = b[((from + y) * n) + column];
            Group.Barrier(); // no thread reads before all have loaded
            for (int k = 0; k < Tile; k++)
            {
                sum += tileA[(y * Tile) + k] * tileB[(k * Tile) + x];
            }

            Group.Barrier(); // no thread loads the next tiles before all have read these
        }

        c[(row * n) + column] = sum;
    }
}

/// <summary>
/// A block of 2 x 2 threads of the tiled kernel for matrices of 4 x 4, run by one thread. Between two barriers, the threads of a block may run
/// in any order; here one after the other. Without barriers each runs to its end before the next one begins, which is just as possible.
/// </summary>
internal sealed class SteppedBlock(float[] a, float[] b, float[] c, int blockRow, int blockColumn)
{
    private readonly float[] _tileA = new float[4], _tileB = new float[4], _sums = new float[4];

    public void Run(bool withBarriers, bool print)
    {
        if (!withBarriers)
        {
            for (int thread = 0; thread < 4; thread++)
            {
                for (int step = 0; step < 2; step++)
                {
                    Load(thread, step);
                    Add(thread);
                }

                Store(thread);
            }

            return;
        }

        for (int step = 0; step < 2; step++)
        {
            Each(thread => Load(thread, step));
            Print(print, $"step {step}, loaded: tile of a [{string.Join(' ', _tileA)}], tile of b [{string.Join(' ', _tileB)}]; barrier");
            Each(Add);
            Print(print, $"step {step}, added: sums of the four threads [{string.Join(' ', _sums)}]; barrier");
        }

        Each(Store);
    }

    private static void Each(Action<int> work)
    {
        for (int thread = 0; thread < 4; thread++)
        {
            work(thread);
        }
    }

    private static void Print(bool print, string line)
    {
        if (print)
        {
            Console.WriteLine(line);
        }
    }

    private void Load(int thread, int step)
    {
        int y = thread / 2, x = thread % 2;
        _tileA[thread] = a[(((2 * blockRow) + y) * 4) + (2 * step) + x];
        _tileB[thread] = b[(((2 * step) + y) * 4) + (2 * blockColumn) + x];
    }

    private void Add(int thread)
    {
        int y = thread / 2, x = thread % 2;
        for (int k = 0; k < 2; k++)
        {
            _sums[thread] += _tileA[(2 * y) + k] * _tileB[(2 * k) + x];
        }
    }

    private void Store(int thread) => c[(((2 * blockRow) + (thread / 2)) * 4) + (2 * blockColumn) + (thread % 2)] = _sums[thread];
}
