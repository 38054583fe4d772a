using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>The choice of a device, on lists that no machine here has.</summary>
public sealed class DeviceTests
{
    private static readonly GpuDevice[] Three =
    [
        new(0, GpuPlatform.Cuda, "NVIDIA H200", 141L << 30),
        new(1, GpuPlatform.Cuda, "NVIDIA H200", 141L << 30),
        new(2, GpuPlatform.OpenCl, "pthread-haswell", 8L << 30),
    ];

    [Theory]
    [InlineData(null, 0)]
    [InlineData("1", 1)]
    [InlineData("haswell", 2)]
    [InlineData("opencl", 2)]
    public void A_device_is_chosen_by_its_number_or_by_a_part_of_its_name(string? choice, int index) =>
        Assert.Equal(index, GpuDevices.Choose(Three, choice).Index);

    [Theory]
    [InlineData("3", "There is no device 3. There are: 0 NVIDIA H200 (CUDA), 1 NVIDIA H200 (CUDA), 2 pthread-haswell (OpenCL).")]
    [InlineData("-1", "There is no device -1. There are: 0 NVIDIA H200 (CUDA), 1 NVIDIA H200 (CUDA), 2 pthread-haswell (OpenCL).")]
    [InlineData("Radeon", "No device is called 'Radeon'. There are: 0 NVIDIA H200 (CUDA), 1 NVIDIA H200 (CUDA), 2 pthread-haswell (OpenCL).")]
    [InlineData("h200", "'h200' is the name of several devices: 0 NVIDIA H200 (CUDA), 1 NVIDIA H200 (CUDA). Choose one by its number.")]
    public void What_can_not_be_chosen_is_said_with_what_can(string choice, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => GpuDevices.Choose(Three, choice)).Message);

    [Fact]
    public void No_device_at_all_is_said_with_what_would_help() =>
        Assert.Contains("--backend cpu", Assert.Throws<DeviceException>(() => GpuDevices.Choose([], null)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_driver_that_is_too_old_is_named_with_the_device() =>
        Assert.Equal("it supports CUDA 10.0, which is too old for the NVIDIA H200", CudaDriver.OfDevices([("NVIDIA H200", "10.0"), ("NVIDIA L4", "10.0")]));

    [Fact]
    public void A_driver_without_a_gpu_has_nothing_to_complain_of()
    {
        Assert.Null(CudaDriver.OfDevices([]));
        Assert.Null(CudaDriver.OfError(100, "no CUDA-capable device is detected"));
    }

    [Theory]
    [InlineData(803, "unsupported combination", "error 803: unsupported combination")]
    [InlineData(999, null, "error 999")]
    public void Other_errors_of_a_driver_are_quoted(int error, string? message, string expected) => Assert.Equal(expected, CudaDriver.OfError(error, message));

    [Fact]
    public void What_a_compiler_says_becomes_a_part_of_one_sentence()
    {
        string message = DeviceFailure.AtCompiling(Three[0], "A.Kernel", new NotSupportedException("Not taken"), "line 1:\r\n  no\0\0\0   \0").Message;
        Assert.Contains("(Not taken line 1: no);", message, StringComparison.Ordinal);
    }
}
