using BenchmarkDotNet.Attributes;

namespace Braid.Benchmarks;

/// <summary>Enter and exit, by one thread.</summary>
public class UncontendedLock
{
    private const int Times = 2_000_000;

    private readonly Threading.Lock _braid = new();
    private readonly System.Threading.Lock _dotnet = new();
    private readonly object _monitor = new();
    private readonly SemaphoreSlim _slim = new(1, 1);
    private int _sum;

    [Benchmark(Baseline = true, OperationsPerInvoke = Times, Description = "System.Threading.Lock")]
    public int DotNet()
    {
        for (int i = 0; i < Times; i++)
        {
            lock (_dotnet)
            {
                _sum++;
            }
        }

        return _sum;
    }

    [Benchmark(OperationsPerInvoke = Times, Description = "Braid Lock")]
    public int Braid()
    {
        for (int i = 0; i < Times; i++)
        {
            using (_braid.EnterScope())
            {
                _sum++;
            }
        }

        return _sum;
    }

    [Benchmark(OperationsPerInvoke = Times, Description = "Monitor")]
    public int Monitors()
    {
        for (int i = 0; i < Times; i++)
        {
            lock (_monitor)
            {
                _sum++;
            }
        }

        return _sum;
    }

    [Benchmark(OperationsPerInvoke = Times, Description = "SemaphoreSlim")]
    public int Slim()
    {
        for (int i = 0; i < Times; i++)
        {
            _slim.Wait();
            _sum++;
            _slim.Release();
        }

        return _sum;
    }
}

/// <summary>Enter and exit, by several threads at once.</summary>
public class ContendedLock
{
    private const int Times = 800_000;

    private readonly Threading.Lock _braid = new();
    private readonly System.Threading.Lock _dotnet = new();
    private int _sum;

    [Params(2, 4, 8)]
    public int Threads { get; set; }

    [Benchmark(Baseline = true, OperationsPerInvoke = Times, Description = "System.Threading.Lock")]
    public int DotNet()
    {
        Crew.Run(Threads, _ =>
        {
            for (int i = 0; i < Times / Threads; i++)
            {
                lock (_dotnet)
                {
                    _sum++;
                }
            }
        });
        return _sum;
    }

    [Benchmark(OperationsPerInvoke = Times, Description = "Braid Lock")]
    public int Braid()
    {
        Crew.Run(Threads, _ =>
        {
            for (int i = 0; i < Times / Threads; i++)
            {
                using (_braid.EnterScope())
                {
                    _sum++;
                }
            }
        });
        return _sum;
    }
}

/// <summary>Enter and exit, by four tasks that await.</summary>
public class AwaitedLock
{
    private const int Times = 400_000;

    private readonly Threading.Lock _braid = new();
    private readonly SemaphoreSlim _slim = new(1, 1);
    private int _sum;

    [Benchmark(Baseline = true, OperationsPerInvoke = Times, Description = "SemaphoreSlim.WaitAsync")]
    public int DotNet()
    {
        Crew.RunTasks(4, async _ =>
        {
            for (int i = 0; i < Times / 4; i++)
            {
                await _slim.WaitAsync();
                _sum++;
                _slim.Release();
            }
        });
        return _sum;
    }

    [Benchmark(OperationsPerInvoke = Times, Description = "Braid Lock.AcquireAsync")]
    public int Braid()
    {
        Crew.RunTasks(4, async _ =>
        {
            for (int i = 0; i < Times / 4; i++)
            {
                await _braid.AcquireAsync();
                _sum++;
                _braid.Release();
            }
        });
        return _sum;
    }
}

/// <summary>Enter and exit of a lock that its holder may take again, by one thread.</summary>
public class UncontendedRLock
{
    private const int Times = 2_000_000;

    private readonly Threading.RLock _braid = new();
    private readonly object _monitor = new();
    private int _sum;

    [Benchmark(Baseline = true, OperationsPerInvoke = Times, Description = "Monitor")]
    public int Monitors()
    {
        for (int i = 0; i < Times; i++)
        {
            System.Threading.Monitor.Enter(_monitor);
            _sum++;
            System.Threading.Monitor.Exit(_monitor);
        }

        return _sum;
    }

    [Benchmark(OperationsPerInvoke = Times, Description = "Braid RLock")]
    public int Braid()
    {
        for (int i = 0; i < Times; i++)
        {
            _braid.Acquire();
            _sum++;
            _braid.Release();
        }

        return _sum;
    }
}

/// <summary>Set, wait, clear, by one thread.</summary>
public class UncontendedEvent
{
    private const int Times = 2_000_000;

    private readonly Threading.Event _braid = new();
    private readonly ManualResetEventSlim _slim = new();

    [Benchmark(Baseline = true, OperationsPerInvoke = Times, Description = "ManualResetEventSlim")]
    public void Slim()
    {
        for (int i = 0; i < Times; i++)
        {
            _slim.Set();
            _slim.Wait();
            _slim.Reset();
        }
    }

    [Benchmark(OperationsPerInvoke = Times, Description = "Braid Event")]
    public void Braid()
    {
        for (int i = 0; i < Times; i++)
        {
            _braid.Set();
            _braid.Wait();
            _braid.Clear();
        }
    }
}
