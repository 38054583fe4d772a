using NeuralCore.Benchmarks.Programs;
using NeuralCore.Gpu.Tests;

namespace NeuralCore.CudaDay;

/// <summary><c>registers</c>: what NVIDIA's assembler gives the threads of each kernel.</summary>
internal static class RegisterTable
{
    /// <summary>Assembles all kernels.</summary>
    /// <returns>Whether none keeps a value in memory for want of a register.</returns>
    public static bool Run(Options options, TextWriter output)
    {
        string architecture = options.Text("--arch", "sm_90");
        string folder = options.Text("--ptx", "");
        options.Text("--device", "");
        options.Done();
        IReadOnlyList<PtxKernel> compiled = PtxKernels.CompileAll();
        if (folder != "")
        {
            Directory.CreateDirectory(folder);
            foreach ((PtxKernel kernel, int index) in compiled.Select((kernel, index) => (kernel, index)))
            {
                File.WriteAllText(Path.Combine(folder, $"{index:00}.ptx"), $"// {kernel.Name}{Environment.NewLine}{kernel.Code}");
            }
        }

        if (PtxAssembler.Find() is not { } assembler)
        {
            output.WriteLine("skipped: there is no ptxas on the PATH.");
            return true;
        }

        (string Name, PtxAssembler.Report Report)[] kernels =
        [
            .. compiled.AsParallel().AsOrdered().Select(kernel => (kernel.Name, assembler.Assemble(kernel.Code, architecture))),
        ];
        output.WriteLine($"{"registers",9}{"shared",8}{"spilled",9}  kernel");
        foreach ((string name, PtxAssembler.Report report) in kernels)
        {
            output.WriteLine($"{report.Registers,9}{report.SharedBytes,8}{report.SpilledBytes,9}  {name}");
        }

        return kernels.All(kernel => kernel.Report.SpilledBytes == 0);
    }
}
