#:project ../Support/NeuralCore.Course.csproj
#:property PublishAot=false
using NeuralCore.Course;

// A solution of exercise 9. A sum with the same bits on any number of threads: chunks of 1000, each added up by any thread, the chunks' sums added in order.
// Use the given number of threads (Parallel.For with MaxDegreeOfParallelism, or threads of your own).
//     dotnet run -c Release --file src/course/solutions/09-threads.cs
// The checks are in src/course/Support/Exercises/Exercise09.cs.
return Exercise09.Judge(Sum);

static float Sum(float[] x, int threads)
{
    float[] parts = new float[(x.Length + 999) / 1000];
    Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, chunk =>
    {
        float sum = 0;
        for (int i = 1000 * chunk; i < Math.Min(x.Length, 1000 * (chunk + 1)); i++)
        {
            sum += x[i];
        }

        parts[chunk] = sum;
    });
    float total = 0;
    foreach (float part in parts)
    {
        total += part;
    }

    return total;
}
