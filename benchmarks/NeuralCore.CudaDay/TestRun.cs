using System.Diagnostics;
using NeuralCore.Benchmarks.Programs;
using NeuralCore.Gpu;
using NeuralCore.Gpu.Tests;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace NeuralCore.CudaDay;

/// <summary><c>tests</c>: the tests of a device's platform, run in this process, since <c>dotnet test</c> takes an SDK.</summary>
internal sealed class TestRun : Xunit.LongLivedMarshalByRefObject, IMessageSink
{
    private readonly TextWriter _output;
    private readonly List<ITestCase> _found = [];
    private readonly ManualResetEventSlim _done = new();
    private int _passed;
    private int _failed;
    private int _skipped;

    private TestRun(TextWriter output) => _output = output;

    /// <summary>Runs them.</summary>
    /// <returns>Whether there were any and none failed.</returns>
    public static bool Run(Options options, TextWriter output)
    {
        GpuDevice device = GpuDevices.Choose(GpuDevices.List(), options.Text("--device", "0"));
        string name = options.Text("--name", "");
        options.Done();
        var run = new TestRun(output);
        long start = Stopwatch.GetTimestamp();
        run.Collection(device.Platform == GpuPlatform.Cuda ? TestDevices.Cuda : TestDevices.OpenCl, name);
        output.WriteLine($"{device}: {run._passed} passed, {run._failed} failed, {run._skipped} skipped in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
        return run is { _failed: 0, _passed: > 0 };
    }

    /// <inheritdoc/>
    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseDiscoveryMessage discovered:
                _found.Add(discovered.TestCase);
                break;
            case ITestPassed:
                _passed++;
                break;
            case ITestSkipped skipped:
                _skipped++;
                _output.WriteLine($"skipped  {skipped.Test.DisplayName}: {skipped.Reason}");
                break;
            case ITestFailed failed:
                _failed++;
                _output.WriteLine($"FAILED   {failed.Test.DisplayName}");
                _output.WriteLine($"         {string.Join(" / ", failed.Messages).ReplaceLineEndings(" ")}");
                break;
            case IDiscoveryCompleteMessage or ITestAssemblyFinished:
                _done.Set();
                break;
        }

        return true;
    }

    private void Collection(string collection, string name)
    {
        System.Reflection.Assembly assembly = typeof(CudaContractTests).Assembly;
        using var framework = new XunitTestFramework(this);
        using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
        discoverer.Find(includeSourceInformation: false, this, new FrameworkOptions());
        _done.Wait();
        _done.Reset();
        ITestCase[] chosen =
        [
            .. _found.Where(test => test.TestMethod.TestClass.TestCollection.DisplayName == collection
                && test.DisplayName.Contains(name, StringComparison.OrdinalIgnoreCase)),
        ];
        using ITestFrameworkExecutor executor = framework.GetExecutor(assembly.GetName());
        executor.RunTests(chosen, this, new FrameworkOptions());
        _done.Wait();
    }

    /// <summary>xunit's defaults for all.</summary>
    private sealed class FrameworkOptions : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> _values = [];

        public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out object? value) ? (TValue)value! : default!;

        public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
    }
}
