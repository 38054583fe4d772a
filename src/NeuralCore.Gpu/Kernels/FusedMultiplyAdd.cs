using System.Reflection;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// a b + c with one rounding, as the CPU's vectors compute it, so that sums in its order have its bits. CUDA's compiler would fuse a product and
/// a sum if it likes, and OpenCL's may not, since ILGPU writes a statement for each; so both are told.
/// </summary>
internal static class FusedMultiplyAdd
{
    /// <summary>a b + c; on the emulated device, which has no use for the bits, with two roundings.</summary>
    [IntrinsicImplementation]
    public static float Of(float a, float b, float c) => (a * b) + c;

    /// <summary>Has a context write it as the instruction that it is.</summary>
    public static void Register(Context.Builder builder)
    {
        IntrinsicImplementationManager intrinsics = builder.GetIntrinsicManager();
        MethodInfo method = typeof(FusedMultiplyAdd).GetMethod(nameof(Of))!;
        intrinsics.RegisterMethod(method, new PTXIntrinsic(typeof(FusedMultiplyAdd), nameof(WritePtx), IntrinsicImplementationMode.GenerateCode));
        intrinsics.RegisterMethod(method, new CLIntrinsic(typeof(FusedMultiplyAdd), nameof(WriteOpenCl), IntrinsicImplementationMode.GenerateCode));
    }

    /// <summary>PTX's instruction.</summary>
    public static void WritePtx(PTXBackend backend, PTXCodeGenerator generator, ILGPU.IR.Value call)
    {
        PTXRegisterAllocator.PrimitiveRegister a = generator.LoadPrimitive(call[0]), b = generator.LoadPrimitive(call[1]), c = generator.LoadPrimitive(call[2]);
        using PTXCodeGenerator.CommandEmitter command = generator.BeginCommand("fma.rn.f32");
        command.AppendArgument(generator.AllocateHardware(call));
        command.AppendArgument(a);
        command.AppendArgument(b);
        command.AppendArgument(c);
    }

    /// <summary>OpenCL's function.</summary>
    public static void WriteOpenCl(CLBackend backend, CLCodeGenerator generator, ILGPU.IR.Value call)
    {
        CLVariableAllocator.Variable a = generator.Load(call[0]), b = generator.Load(call[1]), c = generator.Load(call[2]);
        using CLCodeGenerator.StatementEmitter statement = generator.BeginStatement(generator.Allocate(call));
        statement.AppendCommand("fma");
        statement.BeginArguments();
        statement.AppendArgument(a);
        statement.AppendArgument(b);
        statement.AppendArgument(c);
        statement.EndArguments();
    }
}
