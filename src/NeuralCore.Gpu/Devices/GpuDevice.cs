namespace NeuralCore.Gpu;

/// <summary>How a device is programmed.</summary>
public enum GpuPlatform
{
    /// <summary>NVIDIA's driver.</summary>
    Cuda,

    /// <summary>Any OpenCL driver: GPUs of other makers, and processors.</summary>
    OpenCl,

    /// <summary>Threads of this process that behave like a GPU's: slow, and never chosen unless asked for by name.</summary>
    Emulated,
}

/// <summary>A device that the GPU backend can compute on.</summary>
/// <param name="Index">Its place in <see cref="GpuDevices.List"/>, which is what chooses it.</param>
/// <param name="Platform">How it is programmed.</param>
/// <param name="Name">What its driver calls it.</param>
/// <param name="MemoryBytes">The memory that its driver says it has.</param>
public sealed record GpuDevice(int Index, GpuPlatform Platform, string Name, long MemoryBytes)
{
    /// <summary>Name and platform: "NVIDIA H200 (CUDA)".</summary>
    public override string ToString() => $"{Name} ({Platform switch
    {
        GpuPlatform.Cuda => "CUDA",
        GpuPlatform.OpenCl => "OpenCL",
        _ => "emulated",
    }})";
}
