using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>What goes wrong on a device is a sentence with the device's name, whatever the driver called it.</summary>
[Collection(TestDevices.OpenCl)]
public sealed class FailureTests
{
    private static readonly GpuDevice Device = new(0, GpuPlatform.Cuda, "NVIDIA H200", 141L << 30);

    [Fact]
    public void An_old_driver_is_named_as_the_reason() => AssertSentence(
        DeviceFailure.AtOpening(Device, new NotSupportedException("Not supported Cuda driver version")), "NVIDIA H200 (CUDA)", "driver version", "newer driver", "--backend cpu");

    [Fact]
    public void A_lost_device_is_named_with_what_the_driver_says() => AssertSentence(
        DeviceFailure.AtWork(Device, new CLException(CLError.CL_OUT_OF_RESOURCES)), "NVIDIA H200 (CUDA)", "CL_OUT_OF_RESOURCES", "checkpoint");

    [SkippableFact]
    public void A_device_without_room_says_how_much_was_asked_for()
    {
        TestDevices.Require(TestDevices.OpenCl);
        using IBackend<float> backend = TestDevices.Backend(TestDevices.OpenCl);
        AssertSentence(Assert.Throws<DeviceException>(() => backend.Allocate(1L << 45)), ((GpuBackend)backend).Device.Name, "33,554,432 MB", "--batch-size");

        // And it goes on working.
        using MemoryBlock block = backend.Allocate(64);
        backend.ReluForward(16, block.Slot(0, 64), block.Slot(0, 64));
        Assert.Equal(0, Read(backend, block)[3]);
    }

    [SkippableFact]
    public void What_a_driver_refuses_to_launch_is_a_sentence_too()
    {
        TestDevices.Require(TestDevices.OpenCl);
        DeviceContext device = TestDevices.Require(TestDevices.OpenCl);
        var kernel = device.Kernels.Load<Action<ILGPU.Runtime.AcceleratorStream, ILGPU.KernelConfig, int, ILGPU.ArrayView<float>, ILGPU.ArrayView<float>>>(
            Kernels.ReluKernels.ForwardKernel);
        using var buffer = device.Accelerator.Allocate1D<float>(16);
        ILGPU.KernelConfig tooLarge = new(new ILGPU.Index3D(1, 1, 1), new ILGPU.Index3D(64, 64, 64));
        AssertSentence(
            Assert.Throws<DeviceException>(() => kernel.Next(device.Stream, tooLarge, 16, buffer.View, buffer.View)), device.Device.Name, "CL_INVALID_WORK_GROUP_SIZE");
    }

    [SkippableFact]
    public void A_long_upload_arrives_whole_and_lets_its_source_go()
    {
        TestDevices.Require(TestDevices.OpenCl);
        using IBackend<float> backend = TestDevices.Backend(TestDevices.OpenCl);
        const int Count = 11_000_000;
        float[] values = [.. Enumerable.Range(0, Count).Select(i => (float)i)];
        using MemoryBlock block = backend.Allocate(sizeof(float) * (long)Count);
        backend.Upload<float>(values, block.Slot(0, block.Bytes));
        Array.Clear(values);
        backend.Download<float>(block.Slot(0, block.Bytes), values);
        for (int i = 0; i < Count; i++)
        {
            if (values[i] != i)
            {
                Assert.Fail($"Element {i} is {values[i]}.");
            }
        }
    }

    private static float[] Read(IBackend<float> backend, MemoryBlock block)
    {
        var values = new float[16];
        backend.Download<float>(block.Slot(0, 64), values);
        return values;
    }

    private static void AssertSentence(DeviceException error, params string[] parts)
    {
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
