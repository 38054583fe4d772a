using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace NeuralCore.Simd;

/// <summary>The processor that this process runs on.</summary>
public static class Processor
{
    /// <summary>Its name as it states it itself, such as <c>AMD EPYC 9R14</c>; the architecture, such as <c>Arm64</c>, if it does not.</summary>
    public static string Name { get; } = OfX86() ?? OfLinux() ?? $"{RuntimeInformation.ProcessArchitecture}";

    /// <summary>The name is 48 bytes of ASCII in three leaves of CPUID (Intel's manual, volume 2A, "Processor Brand String").</summary>
    private static string? OfX86()
    {
        const uint First = 0x8000_0002, Last = 0x8000_0004;
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x8000_0000), 0).Eax < Last)
        {
            return null;
        }

        Span<byte> name = stackalloc byte[(int)(Last - First + 1) * 4 * sizeof(int)];
        int at = 0;
        for (uint leaf = First; leaf <= Last; leaf++)
        {
            (int eax, int ebx, int ecx, int edx) = X86Base.CpuId(unchecked((int)leaf), 0);
            foreach (int register in (ReadOnlySpan<int>)[eax, ebx, ecx, edx])
            {
                BinaryPrimitives.WriteInt32LittleEndian(name[at..], register);
                at += sizeof(int);
            }
        }

        string text = Encoding.ASCII.GetString(name).Split('\0')[0].Trim();
        return text.Length > 0 ? text : null;
    }

    private static string? OfLinux()
    {
        const string Path = "/proc/cpuinfo", Field = "model name";
        return File.Exists(Path)
            ? File.ReadLines(Path).FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal))?.Split(':', 2)[^1].Trim()
            : null;
    }
}
