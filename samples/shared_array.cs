#:project ../src/Braid/Braid.csproj

// A picture of 48 megapixels in shared memory, blurred in place by one process for each processor: no pixel is ever copied between them.
//   dotnet run samples/shared_array.cs
using System.Diagnostics;

const int Width = 8000;
const int Height = 6000;
const int Rounds = 5;

int processes = Math.Max(2, Environment.ProcessorCount);
using var picture = new Multiprocessing.RawArray<byte>(Width * Height);
Random random = new(1);
random.NextBytes(picture.Span);
byte[] before = picture.Span.ToArray();

using var pool = new Futures.ProcessPoolExecutor(processes);
double inProcesses = double.MaxValue;
double here = double.MaxValue;
int rows = 0;
for (int round = 0; round < Rounds; round++)   // the first starts the processes, compiles their code, and shows them the memory
{
    // Each takes a band of rows; rows do not depend on their neighbours, so no lock is needed.
    long started = Stopwatch.GetTimestamp();
    int band = (Height + processes - 1) / processes;
    var calls = Enumerable.Range(0, processes)
        .Select(number => pool.Submit(() => Blur(picture.Span, Width, number * band, Math.Min(Height, (number + 1) * band))))
        .ToList();
    rows = calls.Sum(call => call.Result());
    inProcesses = Math.Min(inProcesses, Stopwatch.GetElapsedTime(started).TotalMilliseconds);

    started = Stopwatch.GetTimestamp();
    Blur(before, Width, 0, Height);
    here = Math.Min(here, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
}

bool isSame = picture.Span.SequenceEqual(before);
Console.WriteLine(
    $"{rows} rows of {Width} pixels blurred in place by {processes} processes in {inProcesses:f0} ms, " +
    $"by one thread here in {here:f0} ms (best of {Rounds})");
Console.WriteLine(isSame ? "Both pictures are the same." : "The pictures DIFFER.");
return isSame && rows == Height ? 0 : 1;

// Each pixel becomes the mean of itself and its two neighbours in the row.
static int Blur(Span<byte> pixels, int width, int from, int to)
{
    for (int row = from; row < to; row++)
    {
        Span<byte> line = pixels.Slice(row * width, width);
        byte left = line[0];
        for (int column = 1; column < width - 1; column++)
        {
            byte own = line[column];
            line[column] = (byte)((left + own + line[column + 1]) / 3);
            left = own;
        }
    }

    return to - from;
}
