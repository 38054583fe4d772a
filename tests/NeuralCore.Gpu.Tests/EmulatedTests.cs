using NeuralCore.Ops;
using NeuralCore.Tests.Training;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>
/// Trainings on the emulated device, where every thread of a group is one of the operating system's: a kernel that lacks a barrier reads what is not
/// yet written. It is slow, so the shapes are the smallest that still leave a tile's edges ragged.
/// </summary>
public sealed class EmulatedTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_small_network_learns_what_it_learns_from_the_textbook(bool fuse)
    {
        using Sequential expected = Trained(new ReferenceBackend<float>(), fuse), actual = Trained(TestDevices.Backend(TestDevices.Emulated), fuse);
        foreach ((ModelParameter of, ModelParameter on) in expected.Parameters.Zip(actual.Parameters))
        {
            // Adam's first steps are as long for the smallest gradients as for the largest, so that rounding shows in a few.
            double[] errors = [.. of.Read().Zip(on.Read(), (a, b) => Math.Abs((double)a - b)).Order()];
            Assert.InRange(errors[(int)(0.98 * (errors.Length - 1))], 0, 1e-5);
        }
    }

    private static Sequential Trained(IBackend<float> backend, bool fuse)
    {
        var model = new Sequential(
            new Input(new Shape(8, 8, 1), Preprocessing.Scale),
            new Conv2D(5, 3, activation: Activation.Relu),
            new Conv2D(9, 3, activation: Activation.Relu),
            new MaxPooling2D(2),
            new Dropout(0.25),
            new Flatten(),
            new Dense(20, Activation.Relu),
            new Dropout(0.5),
            new Dense(3, Activation.Softmax));
        model.Compile(backend: backend, seed: 3, fuse: fuse);
        model.Fit(TestNetworks.Bars(6, 1), epochs: 1, batchSize: 3);
        return model;
    }
}
