"""Names of tools, languages and set phrases that look alike, with their other spellings.

One name a line: `name = other spelling, ... > name that it implies, ...`. A blank, hyphen or dot in a spelling may be
missing or another of them in a text. A name after `!` is also an ordinary word: in running text its case counts.
"""

TOOLS = """
C++ = cpp, c plus plus
C# = c sharp, csharp
F# = f sharp, fsharp
Objective-C = objc
Objective-C++
Java
Java EE = j2ee, jakarta ee > Java
JavaScript = js, ecmascript
TypeScript = ts
Python
PHP
Perl
Kotlin
Scala
Haskell
Erlang
!Elixir
Clojure
!Groovy
!Lua
MATLAB
COBOL
Fortran
ABAP
VBA = visual basic for applications
Visual Basic
VBScript
Visual Basic .NET = vb.net > .NET
Golang = !Go
!Rust
!Swift
!Ruby
!Dart
!Julia
!Elm
!Delphi
Ruby on Rails = !Rails > Ruby
.NET = dotnet, dot net
ASP.NET > .NET
ADO.NET > .NET
ML.NET > .NET
.NET Core > .NET
.NET Framework > .NET
Node.js = node js
Next.js
Nest.js
Nuxt.js = nuxt
Vue.js = !Vue
Express.js
Three.js
D3.js
!React = react.js
React Native
Angular
AngularJS = angular.js
Svelte
jQuery
Redux
Django
!Flask
FastAPI
Laravel
Symfony
!Spring = spring framework > Java
Spring Boot > Spring, Java
!Hibernate
!Flutter
Xamarin
SwiftUI
SQL
T-SQL = transact sql > SQL
PL/SQL = plsql > SQL
NoSQL
MySQL > SQL
PostgreSQL = postgres > SQL
SQLite > SQL
SQL Server = mssql, ms sql > SQL
MongoDB = mongo
Cassandra
Redis
DynamoDB
Elasticsearch = elastic search
Neo4j
Snowflake
BigQuery = big query
Redshift
Databricks
Hadoop
!Spark = apache spark
PySpark > Spark, Python
Kafka
RabbitMQ
Airflow
dbt
!Tableau
Power BI
Power Apps = powerapps
Power Automate
!Looker
Qlik
QlikView
!Excel = ms excel, microsoft excel
SPSS
SAS
Stata
RStudio = r studio > R
AWS = amazon web services
AWS Lambda > AWS
Azure
Azure DevOps
GCP = google cloud platform, google cloud
Docker
Docker Compose > Docker
Docker Swarm > Docker
Kubernetes = k8s
OpenShift
Terraform
Ansible
!Puppet
Jenkins
GitLab
GitHub
GitHub Actions > GitHub
Git
SVN = subversion
Linux
Unix
PowerShell = power shell
Bash
GraphQL
gRPC
HTML = html5
CSS = css3
Sass
WordPress = word press
Drupal
Magento
Shopify
Salesforce = salesforce.com
HubSpot
!SAP
SAP R/3 = r/3 > SAP
SAP HANA > SAP
SAP S/4HANA = s/4hana, sap s/4 hana, s/4 hana, s4 hana > SAP
SAP BW/4HANA = bw/4hana > SAP
SAP ECC > SAP
SAP FI/CO = fi/co > SAP
SAP SuccessFactors = successfactors > SAP
Jira
Confluence
Monday.com
Booking.com
Draw.io
Socket.IO
Customer.io
Make.com
H2O.ai
Figma
Photoshop
AutoCAD
SolidWorks
PyTorch
TensorFlow = tensor flow
Keras
scikit-learn = sklearn
pandas
NumPy
OpenCV
LangChain
Selenium
Cypress
Playwright
Notepad++
Google Analytics = ga4, google analytics 4
Google Ads = google adwords, adwords
Google Sheets
Google Docs
Google Tag Manager
Google Search Console
Google Workspace = g suite
Meta Ads = facebook ads
LinkedIn Ads
Adobe Analytics
Adobe XD
SharePoint = microsoft sharepoint, ms sharepoint
Microsoft Project = ms project
Microsoft Dynamics = ms dynamics, dynamics 365, microsoft dynamics 365
Node-RED
Kotlin Multiplatform = kotlin multiplatform mobile, kmm > Kotlin
Microsoft Word = !Word, ms word
Microsoft Access = !Access, ms access
Microsoft Outlook = !Outlook, ms outlook
Microsoft Teams = ms teams
PowerPoint = microsoft powerpoint, ms powerpoint
!Express
!Less
!Storm
!Hive
!Pig
!Salt
!Chef
!Ant
!Maven
!Helm
!Vault
!Consul
!Packer
!Nomad
!Slack
!Zoom
!Sketch
!Notion
!Linear
!Jest
!Mocha
!Phoenix
!Crystal
!Scheme
!Racket
!Basic
!Pascal
!Ada
!Unity
!Blender
!Maya
!Illustrator = adobe illustrator
!Premiere = adobe premiere, premiere pro
!Lightroom = adobe lightroom
InDesign = adobe indesign
!Segment
!Amplitude
!Heap
!Airtable
!Bootstrap
!Backbone
!Ember
!Meteor
!Gin
!Echo
!Beam
!Flux
!Impala
!Druid
"""
"""Names that must be met exactly: another tool never answers for one of these."""

PHRASES = """
R&D = r and d
P&L = profit and loss
M&A = mergers and acquisitions
Q&A
L&D
H&M
C&A
A/B
I/O
CI/CD = cicd
TCP/IP
Go-to-market = gtm, go to market
Go-live
Go-getter
Go-between
C-level
C-suite
C-section
C-arm
Series C
Vitamin C
Hepatitis C
Plan B
R-squared
R-rated
R&R
Spring cleaning
Swift payments
Swift messages
Swift network
Cisco IOS
DBT therapy
"""
"""Set phrases that only look like one of the names above."""
