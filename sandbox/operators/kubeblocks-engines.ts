/** What KubeBlocks' addons say about an engine: only what its clusters' children show. */
export interface Engine {
  /** Container image without its tag. */
  image: string;
  container: string;
  port: number;
  /** The account of the connection Secret; "" where there is none. */
  user: string;
  /** Labels of the leading pod and of the others. */
  roles?: [leader: string, follower: string];
  /** Its method of backing up; absent where the simulation backs nothing up. */
  backup?: string;
}

const ENGINES: [pattern: RegExp, engine: Engine][] = [
  [
    /sentinel/,
    {
      image: "docker.io/apecloud/redis-stack-server",
      container: "redis-sentinel",
      port: 26379,
      user: "default",
    },
  ],
  [
    /postgresql/,
    {
      image: "docker.io/apecloud/spilo",
      container: "postgresql",
      port: 5432,
      user: "postgres",
      roles: ["primary", "secondary"],
      backup: "pg-basebackup",
    },
  ],
  [
    /mysql|polardbx/,
    {
      image: "docker.io/apecloud/apecloud-mysql-server",
      container: "mysql",
      port: 3306,
      user: "root",
      roles: ["leader", "follower"],
      backup: "xtrabackup",
    },
  ],
  [
    /mongo/,
    {
      image: "docker.io/apecloud/mongo",
      container: "mongodb",
      port: 27017,
      user: "root",
      roles: ["primary", "secondary"],
      backup: "datafile",
    },
  ],
  [
    /redis/,
    {
      image: "docker.io/apecloud/redis-stack-server",
      container: "redis",
      port: 6379,
      user: "default",
      roles: ["primary", "secondary"],
      backup: "datafile",
    },
  ],
  [
    /kafka|broker|controller/,
    { image: "docker.io/apecloud/kafka", container: "kafka", port: 9092, user: "client" },
  ],
  [/milvus/, { image: "docker.io/apecloud/milvus", container: "milvus", port: 19530, user: "root" }],
  [/weaviate/, { image: "docker.io/apecloud/weaviate", container: "weaviate", port: 8080, user: "root" }],
  [/qdrant/, { image: "docker.io/apecloud/qdrant", container: "qdrant", port: 6333, user: "root" }],
  [
    /clickhouse/,
    { image: "docker.io/apecloud/clickhouse", container: "clickhouse", port: 8123, user: "admin" },
  ],
  [
    /elasticsearch/,
    { image: "docker.io/apecloud/elasticsearch", container: "elasticsearch", port: 9200, user: "elastic" },
  ],
  [/rabbitmq/, { image: "docker.io/apecloud/rabbitmq", container: "rabbitmq", port: 5672, user: "root" }],
  [/etcd/, { image: "docker.io/apecloud/etcd", container: "etcd", port: 2379, user: "root" }],
  [/minio/, { image: "docker.io/apecloud/minio", container: "minio", port: 9000, user: "root" }],
];

/** The engine by the name of a component definition; undefined for one that no addon offers. */
export function engineOf(definition: string): Engine | undefined {
  return ENGINES.find(([pattern]) => pattern.test(definition))?.[1];
}
