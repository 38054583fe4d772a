using NeuralCore.Data;
using NeuralCore.Ops;
using NeuralCore.Tests.Golden;
using NeuralCore.Tests.Training;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>Whole trainings on a device, beside the same ones on the CPU.</summary>
public abstract class TrainingTests
{
    /// <summary>
    /// What a training step of the digit network may launch. A launch takes a fast GPU's host some five microseconds, and the step's arithmetic
    /// not many times that.
    /// </summary>
    private const int MostLaunches = 24;

    private readonly string _tier;

    /// <summary>Skips the tests where there is no device.</summary>
    protected TrainingTests(string tier)
    {
        _tier = tier;
        TestDevices.Require(tier);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_digit_network_is_as_close_to_PyTorch_as_a_processor_brings_it(bool fuse)
    {
        // Four times the room, since devices may divide and take roots a little worse than correctly rounded.
        using GpuBackend backend = TestDevices.Backend(_tier);
        SeedNetworkAgreement.Check(backend, fuse, slack: 4);
    }

    [SkippableTheory]
    [InlineData(ConvAlgorithm.Direct)]
    [InlineData(ConvAlgorithm.Winograd)]
    public void The_first_losses_are_those_of_the_processor(ConvAlgorithm conv)
    {
        const int Batch = 128;

        // So close only because Winograd's sums have the same bits on both. Where the definition gives exactly zero, as beside the ink in the first
        // steps, they are off by a rounding, a ReLU then lets a gradient through, and ten steps later the losses differ by 1e-3.
        IDataset digits = new DatasetSlice(Mnist.Load(Mnist.FindDirectory()).Train, 0, 10 * Batch);
        double[] expected = Losses(CpuBackend.Create(conv: conv)), actual = Losses(TestDevices.Backend(_tier, conv));
        Assert.Equal(10, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First * (1 - 1e-5), pair.First * (1 + 1e-5)));

        // Nor are they the same for want of learning.
        Assert.True(actual[^1] < 0.95 * actual[0]);

        double[] Losses(IBackend<float> backend)
        {
            using var model = new Sequential(TestNetworks.Seed);
            model.Compile(backend: backend, seed: 5);
            var watcher = new LossLog();
            model.Fit(digits, epochs: 1, batchSize: Batch, callbacks: [watcher]);
            return [.. watcher.Losses];
        }
    }

    [SkippableFact]
    public void Twenty_trainings_give_the_same_bits()
    {
        string[] hashes = [.. Enumerable.Range(0, 20).Select(_ =>
        {
            using Sequential model = Trained(TestDevices.Backend(_tier));
            return model.WeightsSha256();
        })];
        Assert.Single(hashes.Distinct());
    }

    [SkippableFact]
    public void A_training_step_makes_few_launches()
    {
        GpuBackend backend = TestDevices.Backend(_tier);
        using var model = new Sequential(TestNetworks.Seed);
        model.Compile(backend: backend);
        IDataset data = new DatasetSlice(Mnist.LoadTest(Mnist.FindDirectory()), 0, 3 * 8);
        model.Fit(data, epochs: 1, batchSize: 8);
        long before = backend.Launches;
        model.Fit(data, epochs: 1, batchSize: 8);
        long launches = backend.Launches - before;
        Assert.Equal(0, launches % 3);
        Assert.InRange(launches / 3, 1, MostLaunches);
    }

    [SkippableFact]
    public void What_a_device_has_learnt_the_processor_knows()
    {
        using Sequential model = Trained(TestDevices.Backend(_tier)), copy = new(TestNetworks.Small);
        copy.Compile(backend: CpuBackend.Create());
        foreach ((ModelParameter from, ModelParameter to) in model.Parameters.Zip(copy.Parameters))
        {
            to.Write(from.Read());
        }

        Assert.Equal(model.WeightsSha256(), copy.WeightsSha256());
        LabelledImages data = TestNetworks.Bars(50, 7);
        Predictions there = model.Predict(data), here = copy.Predict(data);
        for (int i = 0; i < data.Count; i++)
        {
            Assert.All(there[i].ToArray().Zip(here[i].ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    /// <summary>A small network after a few steps; the backend is the model's.</summary>
    private static Sequential Trained(GpuBackend backend)
    {
        var model = new Sequential(TestNetworks.Small);
        model.Compile(backend: backend, seed: 3);
        model.Fit(TestNetworks.Bars(100, 1), epochs: 1, batchSize: 32);
        return model;
    }

    private sealed class LossLog : Callback
    {
        public List<double> Losses { get; } = [];

        public override void OnStepEnd(in StepProgress progress) => Losses.Add(progress.Loss);
    }
}

/// <summary>Trainings with OpenCL.</summary>
[Collection(TestDevices.OpenCl)]
public sealed class OpenClTrainingTests() : TrainingTests(TestDevices.OpenCl);

/// <summary>Trainings with CUDA.</summary>
[Collection(TestDevices.Cuda)]
public sealed class CudaTrainingTests() : TrainingTests(TestDevices.Cuda);
