using System.Globalization;

namespace NeuralCore.Mpi;

/// <summary>
/// What started this process, as far as its environment tells: mpirun of Open MPI, mpiexec of MPICH (or another launcher that speaks PMI), or Slurm's srun. Which
/// it is decides which library has to be loaded: in the other one's every process would be rank 0 of 1.
/// </summary>
internal sealed record MpiLauncher(bool IsOpenMpi, int Rank, int Size)
{
    /// <summary>An environment variable that names the library where it cannot be told: openmpi, mpich, or a file.</summary>
    public const string LibraryVariable = "NEURALCORE_MPI";

    private const string OpenMpiLibrary = "libmpi.so.40", MpichLibrary = "libmpich.so.12";

    /// <summary>The file of the library.</summary>
    public string Library => Environment.GetEnvironmentVariable(LibraryVariable) switch
    {
        null or "" => IsOpenMpi ? OpenMpiLibrary : MpichLibrary,
        "openmpi" => OpenMpiLibrary,
        "mpich" => MpichLibrary,
        var file => file,
    };

    /// <summary>Looks for a launcher.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <returns>The launcher; null if the process was started by itself.</returns>
    public static MpiLauncher? Find(Func<string, string?> variable)
    {
        if (Number("OMPI_COMM_WORLD_SIZE") is { } openMpiSize)
        {
            return new MpiLauncher(true, Number("OMPI_COMM_WORLD_RANK") ?? 0, openMpiSize);
        }

        if (Number("PMI_SIZE") is { } pmiSize)
        {
            return new MpiLauncher(IsOpenMpiNamed(), Number("PMI_RANK") ?? 0, pmiSize);
        }

        // srun tells the sizes itself, and the variables of the interface that it offers tell that MPI was asked for.
        bool isPmix = variable("PMIX_RANK") is not null;
        return (isPmix || variable("PMI_FD") is not null) && Number("SLURM_NTASKS") is { } tasks
            ? new MpiLauncher(isPmix || IsOpenMpiNamed(), Number("SLURM_PROCID") ?? 0, tasks)
            : null;

        int? Number(string name) => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;

        bool IsOpenMpiNamed() => variable(LibraryVariable) == "openmpi";
    }
}
