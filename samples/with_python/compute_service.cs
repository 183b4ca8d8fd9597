#:project ../../src/Braid.Python/Braid.Python.csproj

// What you learn: Python can have C# compute. It sends an array and gets an array back, and needs nothing but its standard library.
//
// This program is a service that smooths numbers on all processors. Its caller is compute_service.py beside it, which it starts itself.
using System.Diagnostics;
using System.Security.Cryptography;
using Braid.Python;

byte[] key = RandomNumberGenerator.GetBytes(32);
var options = new Multiprocessing.ListenerOptions { AllowLegacyPeers = true };   // the caller may be Python 3.11 or older
using var listener = new Multiprocessing.Listener(("127.0.0.1", 0), key, options);   // at a port that the system chooses
using var pool = new Futures.ThreadPoolExecutor();

Console.WriteLine("service: waits for its caller");
using Process python = StartPython($"{listener.Address.Port}");
using var ended = new CancellationTokenSource();
python.Exited += (_, _) => ended.Cancel();
python.EnableRaisingEvents = true;
using (Multiprocessing.Connection caller = listener.Accept(ended.Token))
{
    Serve(caller);
}

python.WaitForExit();
Console.WriteLine($"service: has turned away {listener.RefusedCount} stranger");

void Serve(Multiprocessing.Connection caller)
{
    while (true)
    {
        try
        {
            (object numbers, int width) = caller.RecvPickle<(object, int)>();
            object smooth = numbers switch
            {
                double[] array => Smooth(array, width),                                   // of Python's module array
                NDArray<double> array => new NDArray<double>(Smooth(array.Span.ToArray(), width)),   // of numpy
                _ => throw new ArgumentException("These are no numbers."),
            };
            caller.SendPickle(smooth);
        }
        catch (Exception mistake) when (mistake is ArgumentException or PickleException)
        {
            caller.SendPickle(mistake);   // Python gets a ValueError or a RuntimeError
        }
        catch (EndOfStreamException)
        {
            return;
        }
    }
}

double[] Smooth(double[] numbers, int width)
{
    if (width < 1 || width % 2 == 0)
    {
        throw new ArgumentException($"{width} is no width: it must be odd");
    }

    int part = (numbers.Length / Environment.ProcessorCount) + 1;
    int[] starts = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(index => index * part)];
    return [.. pool.Map(start => SmoothPart(numbers, width / 2, start, Math.Min(start + part, numbers.Length)), starts).SelectMany(x => x)];
}

// The mean of each number and of those around it: at the ends there are fewer.
static double[] SmoothPart(double[] numbers, int reach, int start, int end)
{
    double[] smooth = new double[Math.Max(0, end - start)];
    for (int i = start; i < end; i++)
    {
        int first = Math.Max(0, i - reach);
        int last = Math.Min(numbers.Length - 1, i + reach);
        double sum = 0;
        for (int j = first; j <= last; j++)
        {
            sum += numbers[j];
        }

        smooth[i - start] = sum / (last - first + 1);
    }

    return smooth;
}

// Starts the script of this program's name. The key goes through its standard input, where no one else can see it.
Process StartPython(string argument)
{
    string script = Path.ChangeExtension((string)AppContext.GetData("EntryPointFilePath")!, "py");
    var started = Process.Start(new ProcessStartInfo("python3", [script, argument]) { RedirectStandardInput = true })!;
    started.StandardInput.WriteLine(Convert.ToHexString(key));
    return started;
}
