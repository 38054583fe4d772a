using System.Diagnostics;
using System.Linq.Expressions;
using System.Reflection;
using ILGPU.Runtime;

namespace NeuralCore.Gpu.Devices;

/// <summary>
/// Compiles kernels and counts their launches. A kernel is a static method; one that is generic is a kernel for each choice of its
/// type arguments.
/// </summary>
internal sealed class KernelLoader(GpuDevice device, Accelerator accelerator)
{
    private readonly Dictionary<MethodInfo, Delegate> _compiled = [];
    private readonly Dictionary<MethodInfo, KernelSpecialization> _named = [];

    /// <summary>The launches so far: on a fast GPU they are what the time of a small network goes to.</summary>
    public long Launches { get; private set; }

    /// <summary>The kernels that may be launched, and how many registers each is to be compiled for.</summary>
    public IReadOnlyDictionary<MethodInfo, KernelSpecialization> Kernels => _named;

    /// <summary>Names a kernel that may be launched.</summary>
    /// <typeparam name="TLauncher">An Action of an <see cref="AcceleratorStream"/>, a <see cref="ILGPU.KernelConfig"/>, and the kernel's parameters.</typeparam>
    /// <param name="kernel">The kernel itself, as a method group.</param>
    /// <param name="residency">
    /// The threads of a group, and the groups that a multiprocessor is to hold at once. CUDA's compiler gives a thread no more registers than
    /// that leaves it; other devices do not look at it. By default the compiler decides.
    /// </param>
    public Kernel<TLauncher> Load<TLauncher>(Delegate kernel, KernelSpecialization residency = default)
        where TLauncher : Delegate
    {
        _named[kernel.Method] = residency;
        return new Kernel<TLauncher>(this, kernel.Method);
    }

    /// <summary>What launches a kernel, which is compiled at the first time, once a device: that takes some tens of milliseconds.</summary>
    internal TLauncher Next<TLauncher>(MethodInfo kernel)
        where TLauncher : Delegate
    {
        accelerator.Bind();
        Launches++;
        if (!_compiled.TryGetValue(kernel, out Delegate? launcher))
        {
            launcher = Guarded(Compile<TLauncher>(kernel));
            _compiled.Add(kernel, launcher);
        }

        return (TLauncher)launcher;
    }

    /// <summary>Compiles a kernel. What a driver's compiler has against it ILGPU does not throw but traces.</summary>
    private TLauncher Compile<TLauncher>(MethodInfo kernel)
        where TLauncher : Delegate
    {
        using var log = new StringWriter();
        using var listener = new TextWriterTraceListener(log);
        Trace.Listeners.Add(listener);
        try
        {
            return accelerator.LoadKernel<TLauncher>(kernel, _named[kernel]);
        }
        catch (AcceleratorException error)
        {
            listener.Flush();
            throw DeviceFailure.AtCompiling(device, $"{kernel.DeclaringType?.Name}.{kernel.Name}", error, log.ToString());
        }
        finally
        {
            Trace.Listeners.Remove(listener);
        }
    }

    /// <summary>The launcher, with what the driver complains of made a sentence: a lost device shows at whatever is launched next.</summary>
    private TLauncher Guarded<TLauncher>(TLauncher launcher)
        where TLauncher : Delegate
    {
        ParameterExpression[] parameters = [.. typeof(TLauncher).GetMethod("Invoke")!.GetParameters().Select(p => Expression.Parameter(p.ParameterType))];
        ParameterExpression error = Expression.Parameter(typeof(AcceleratorException));
        Func<GpuDevice, AcceleratorException, Exception> sentence = DeviceFailure.AtWork;
        return Expression.Lambda<TLauncher>(
            Expression.TryCatch(
                Expression.Invoke(Expression.Constant(launcher), parameters),
                Expression.Catch(error, Expression.Throw(Expression.Invoke(Expression.Constant(sentence), Expression.Constant(device), error)))),
            parameters).Compile();
    }
}

/// <summary>A kernel of a device. <c>kernel.Next(stream, config, ...)</c> launches it.</summary>
internal readonly struct Kernel<TLauncher>(KernelLoader loader, MethodInfo method)
    where TLauncher : Delegate
{
    /// <summary>What makes the next launch.</summary>
    public TLauncher Next => loader.Next<TLauncher>(method);
}
