using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;

namespace NeuralCore.Gpu.Devices;

/// <summary>
/// Finds the drivers' libraries. ILGPU asks for "OpenCL" and "cuda", which on Linux are names that only development packages install; where
/// there is just the versioned file that a driver brings, it would find no device and not say why.
/// </summary>
internal static class NativeLibraries
{
    private static readonly Lazy<bool> Registration = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, Resolve);
        return true;
    });

    /// <summary>Has to be called before the first context is made; again does nothing.</summary>
    public static void Register() => _ = Registration.Value;

    /// <summary>Loads NVIDIA's driver, if it is there.</summary>
    public static bool TryLoadCuda(out nint library) => NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda" : "libcuda.so.1", out library);

    /// <summary>The library under its versioned name; nothing, and so the runtime's own search, for all others.</summary>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name is "OpenCL" or "cuda" && OperatingSystem.IsLinux() && NativeLibrary.TryLoad($"lib{name}.so.1", out nint library) ? library : 0;
}
